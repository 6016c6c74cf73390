using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>The values of one column for the rows of a batch, whatever their type.</summary>
abstract class ColumnBuffer
{
    internal static ColumnBuffer Create(DataViewRow source, DataViewSchema.Column column, int capacity)
    {
        var raw = column.Type.RawType;
        var type = raw == typeof(MLImage) ? typeof(Images)
            : column.Type is VectorDataViewType vector ? typeof(Vectors<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(Values<>).MakeGenericType(raw);
        return (ColumnBuffer)Activator.CreateInstance(type, source, column, capacity)!;
    }

    /// <summary>Stores the source's current value.</summary>
    internal abstract void Store(int slot);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the slot that <paramref name="slot"/> names at each call.</summary>
    internal abstract Delegate Getter(Func<int> slot);

    sealed class Values<T>(DataViewRow source, DataViewSchema.Column column, int capacity) : ColumnBuffer
    {
        readonly RowBuffer<T> _rows = new(source.GetGetter<T>(column), capacity);

        internal override void Store(int slot) => _rows.Store(slot);

        internal override Delegate Getter(Func<int> slot) => (ValueGetter<T>)((ref value) => value = _rows[slot()]);
    }

    sealed class Vectors<T>(DataViewRow source, DataViewSchema.Column column, int capacity) : ColumnBuffer
    {
        readonly RowBuffer<VBuffer<T>> _rows = new(source.GetGetter<VBuffer<T>>(column), capacity);

        internal override void Store(int slot) => _rows.Store(slot);

        internal override Delegate Getter(Func<int> slot) =>
            (ValueGetter<VBuffer<T>>)((ref value) => _rows[slot()].CopyTo(ref value));
    }

    sealed class Images(DataViewRow source, DataViewSchema.Column column, int capacity) : ColumnBuffer
    {
        readonly RowBuffer<Func<MLImage>?> _rows = new(new ImageReader<Func<MLImage>>(source, column, Copier).Read, capacity);

        internal override void Store(int slot) => _rows.Store(slot);

        internal override Delegate Getter(Func<int> slot) => (ValueGetter<MLImage>)((ref value) =>
        {
            var copy = _rows[slot()]?.Invoke();
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
