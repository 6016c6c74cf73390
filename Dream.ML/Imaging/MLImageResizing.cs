using Dream.ML.Imaging;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>Resizes ML.NET images.</summary>
public static class MLImageResizing
{
    /// <summary>
    /// Resizes bicubically, antialiased where it shrinks: the way training makes its low-resolution images, and
    /// the usual yardstick for enlarging.
    /// </summary>
    /// <param name="image">The image; it stays the caller's and is not changed.</param>
    /// <param name="width">Width of the result, at least 1.</param>
    /// <param name="height">Height of the result, at least 1.</param>
    /// <returns>A new image that the caller disposes. The tag is that of <paramref name="image"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    public static MLImage ResizeBicubic(this MLImage image, int width, int height) =>
        MLImagePixels.Write(BicubicResampler.Resize(MLImagePixels.Read(image), width, height), image.Tag);
}
