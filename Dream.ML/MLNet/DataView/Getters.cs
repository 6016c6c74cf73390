using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>What the rows and cursors of this step have in common.</summary>
static class Getters
{
    /// <summary>Hands out a fresh image each time and, as is ML.NET's custom, disposes the one it is given back.</summary>
    internal static ValueGetter<MLImage> Image(Func<ImageCell?> cell) => (ref MLImage value) =>
    {
        var image = cell()?.ToMLImage();
        value?.Dispose();
        value = image!;
    };

    internal static ValueGetter<TValue> As<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Column '{column.Name}' holds {column.Type.RawType.Name}, not {typeof(TValue).Name}.");

    internal static InvalidOperationException Inactive(DataViewSchema.Column column) =>
        new($"Column '{column.Name}' was not asked for when the cursor was made.");
}
