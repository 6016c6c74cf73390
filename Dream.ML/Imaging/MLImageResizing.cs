using System.Runtime.InteropServices;
using Dream.ML.Imaging;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>Resizes and crops ML.NET images.</summary>
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

    /// <summary>Cuts a part out of an image, say for a close-up.</summary>
    /// <param name="image">The image; it stays the caller's.</param>
    /// <param name="left">First column, from 0.</param>
    /// <param name="top">First row, from 0.</param>
    /// <param name="width">Width of the part, at least 1.</param>
    /// <param name="height">Height of the part, at least 1.</param>
    /// <returns>A new image that the caller disposes. The tag is that of <paramref name="image"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or reaches beyond the image.</exception>
    public static MLImage Crop(this MLImage image, int left, int top, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        RequirePart(left, width, image.Width, nameof(left), nameof(width));
        RequirePart(top, height, image.Height, nameof(top), nameof(height));
        var pixels = new uint[width * height];
        var source = MemoryMarshal.Cast<byte, uint>(image.Pixels);
        for (var y = 0; y < height; y++)
            source.Slice((top + y) * image.Width + left, width).CopyTo(pixels.AsSpan(y * width));
        // The span points into native memory that goes with the image.
        GC.KeepAlive(image);
        var part = MLImage.CreateFromPixels(width, height, image.PixelFormat, MemoryMarshal.AsBytes<uint>(pixels));
        part.Tag = image.Tag;
        return part;
    }

    static void RequirePart(int start, int length, int whole, string startName, string lengthName)
    {
        if (start < 0 || start >= whole)
            throw new ArgumentOutOfRangeException(startName, start, $"The image has {whole} pixels there, counted from 0.");
        if (length < 1 || length > whole - start)
            throw new ArgumentOutOfRangeException(lengthName, length, $"From {start} on the image has {whole - start} pixels.");
    }
}
