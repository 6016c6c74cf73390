using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>The values of one column for the rows of a batch, whatever their type.</summary>
/// <param name="Store">Stores the source's current value in a slot.</param>
/// <param name="Getter">Makes a <see cref="ValueGetter{TValue}"/> of the slot that a function names at each call.</param>
sealed record ColumnBuffer(Action<int> Store, Func<Func<int>, Delegate> Getter)
{
    internal static ColumnBuffer Create(DataViewRow source, DataViewSchema.Column column, int capacity)
    {
        if (column.Type.RawType == typeof(MLImage))
            return Images(source, column, capacity);
        var (kind, type) = column.Type is VectorDataViewType vector
            ? (nameof(Vectors), vector.ItemType.RawType) : (nameof(Values), column.Type.RawType);
        return (ColumnBuffer)typeof(ColumnBuffer).GetMethod(kind, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).Invoke(null, [source, column, capacity])!;
    }

    static ColumnBuffer Values<T>(DataViewRow source, DataViewSchema.Column column, int capacity)
    {
        var rows = new RowBuffer<T>(source.GetGetter<T>(column), capacity);
        return new(rows.Store, slot => (ValueGetter<T>)((ref value) => value = rows[slot()]));
    }

    static ColumnBuffer Vectors<T>(DataViewRow source, DataViewSchema.Column column, int capacity)
    {
        var rows = new RowBuffer<VBuffer<T>>(source.GetGetter<VBuffer<T>>(column), capacity);
        return new(rows.Store, slot => (ValueGetter<VBuffer<T>>)((ref value) => rows[slot()].CopyTo(ref value)));
    }

    static ColumnBuffer Images(DataViewRow source, DataViewSchema.Column column, int capacity)
    {
        var rows = new RowBuffer<Func<MLImage>?>(new ImageReader<Func<MLImage>>(source, column, Copier).Read, capacity);
        return new(rows.Store, slot => (ValueGetter<MLImage>)((ref value) =>
        {
            var copy = rows[slot()]?.Invoke();
            value?.Dispose();
            value = copy!;
        }));
    }

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
