using Dream.ML.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>The value of an image column in one row: our own copy of the pixels, and the image's tag.</summary>
sealed record ImageCell(RgbImage Pixels, string? Tag)
{
    internal static ImageCell Read(MLImage image) => new(MLImagePixels.Read(image), image.Tag);

    /// <summary>Reads the images of one column of a row or cursor, each time the current row's; <c>null</c> where it has none.</summary>
    internal static Func<ImageCell?> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        var images = new ImageReader<ImageCell>(row, column, Read);
        return () =>
        {
            try
            {
                return images.Read();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Image column '{column.Name}', row {row.Position}: {e.Message}", e);
            }
        };
    }

    /// <summary>A fresh image that belongs to the caller.</summary>
    internal MLImage ToMLImage() => MLImagePixels.Write(Pixels, Tag);

    /// <summary>Hands out a fresh image each time and, as is ML.NET's custom, disposes the one it is given back.</summary>
    internal static ValueGetter<MLImage> Getter(Func<ImageCell?> cell) => (ref MLImage value) =>
    {
        var image = cell()?.ToMLImage();
        value?.Dispose();
        value = image!;
    };
}
