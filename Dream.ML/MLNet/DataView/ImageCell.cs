using Dream.ML.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>The value of an image column in one row: our own copy of the pixels, and the image's tag.</summary>
sealed record ImageCell(RgbImage Pixels, string? Tag)
{
    internal static ImageCell Read(MLImage image) => new(MLImagePixels.Read(image), image.Tag);

    /// <summary>
    /// Reads the images of one column of a row or cursor, each time the current row's; <c>null</c> where it has none. An error
    /// names the row.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <param name="map">What to make of them; nothing when <c>null</c>.</param>
    internal static Func<ImageCell?> Reader(DataViewRow row, DataViewSchema.Column column, Func<RgbImage, RgbImage>? map = null)
    {
        var images = new ImageReader(row, column);
        return () =>
        {
            try
            {
                return images.Read() is not { } cell ? null : map is null ? cell : cell with { Pixels = map(cell.Pixels) };
            }
            catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException))
            {
                throw new InvalidOperationException($"Image column '{column.Name}', row {row.Position}: {e.Message}", e);
            }
        };
    }

    /// <summary>A fresh image that belongs to the caller.</summary>
    internal MLImage ToMLImage() => MLImagePixels.Write(Pixels, Tag);
}
