using Dream.ML.Imaging;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>The value of an image column in one row: our own copy of the pixels, and the image's tag.</summary>
sealed record ImageCell(RgbImage Pixels, string? Tag)
{
    internal static ImageCell Read(MLImage image) => new(MLImagePixels.Read(image), image.Tag);

    /// <summary>A fresh image that belongs to the caller.</summary>
    internal MLImage ToMLImage() => MLImagePixels.Write(Pixels, Tag);
}
