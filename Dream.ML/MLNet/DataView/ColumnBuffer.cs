using Dream.ML.Metrics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>Keeps the values of one column for the rows of a batch, while the cursor below is already ahead.</summary>
abstract class ColumnBuffer(int capacity) : IDisposable
{
    readonly SlotFailures _failures = new(capacity);

    internal static ColumnBuffer Create(DataViewRow source, DataViewSchema.Column column, int capacity)
    {
        var raw = column.Type.RawType;
        var type = raw == typeof(MLImage) ? typeof(Images)
            : column.Type is VectorDataViewType vector ? typeof(Vectors<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(Values<>).MakeGenericType(raw);
        return (ColumnBuffer)Activator.CreateInstance(type, source, column, capacity)!;
    }

    /// <summary>Stores the source's current value.</summary>
    internal void Store(int slot) => _failures.Try(slot, Read);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the slot that <paramref name="slot"/> names at each call.</summary>
    internal Delegate Getter(Func<int> slot) => GetterOf(() =>
    {
        var asked = slot();
        _failures.ThrowIfFailed(asked);
        return asked;
    });

    public virtual void Dispose() { }

    protected abstract void Read(int slot);

    protected abstract Delegate GetterOf(Func<int> slot);

    sealed class Values<T>(DataViewRow source, DataViewSchema.Column column, int capacity) : ColumnBuffer(capacity)
    {
        readonly ValueGetter<T> _source = source.GetGetter<T>(column);
        readonly T[] _slots = new T[capacity];

        protected override void Read(int slot) => _source(ref _slots[slot]);

        protected override Delegate GetterOf(Func<int> slot) => (ValueGetter<T>)((ref T value) => value = _slots[slot()]);
    }

    sealed class Vectors<T>(DataViewRow source, DataViewSchema.Column column, int capacity) : ColumnBuffer(capacity)
    {
        readonly ValueGetter<VBuffer<T>> _source = source.GetGetter<VBuffer<T>>(column);
        readonly VBuffer<T>[] _slots = new VBuffer<T>[capacity];

        protected override void Read(int slot) => _source(ref _slots[slot]);

        protected override Delegate GetterOf(Func<int> slot) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _slots[slot()].CopyTo(ref value));
    }

    /// <summary>Keeps bytes: the next call of the source's getter disposes the image of the last.</summary>
    sealed class Images(DataViewRow source, DataViewSchema.Column column, int capacity) : ColumnBuffer(capacity)
    {
        readonly ImageGetter _source = new(source, column);
        readonly Func<MLImage>?[] _slots = new Func<MLImage>?[capacity];

        public override void Dispose() => _source.Dispose();

        protected override void Read(int slot) => _slots[slot] = _source.Get() is { } image ? Copier(image) : null;

        protected override Delegate GetterOf(Func<int> slot) => (ValueGetter<MLImage>)((ref MLImage value) =>
        {
            var copy = _slots[slot()]?.Invoke();
            value?.Dispose();
            value = copy!;
        });

        static Func<MLImage> Copier(MLImage image)
        {
            var (width, height, format, tag) = (image.Width, image.Height, image.PixelFormat, image.Tag);
            var pixels = image.Pixels.ToArray();
            return () =>
            {
                var copy = MLImage.CreateFromPixels(width, height, format, pixels);
                copy.Tag = tag;
                return copy;
            };
        }
    }
}
