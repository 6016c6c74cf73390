using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Dream.ML.Imaging;

/// <summary>Copies pixels out of and into ML.NET's images, whose 8-bit colors are premultiplied by alpha.</summary>
static class MLImagePixels
{
    /// <summary>Copies the pixels of an image, which stays its owner's: it is neither kept nor disposed.</summary>
    /// <exception cref="ArgumentNullException">There is none; the message has the caller's name for it.</exception>
    internal static RgbImage Read(MLImage image, [CallerArgumentExpression(nameof(image))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(image, name);
        var pixels = image.Pixels;
        var rgb = new byte[checked(3 * image.Width * image.Height)];
        var alpha = RgbaPixels.AreOpaque(pixels) ? null : new byte[image.Width * image.Height];
        RgbaPixels.Split(pixels, rgb, alpha, isBgra: image.PixelFormat != MLPixelFormat.Rgba32);
        if (alpha is not null)
            Premultiplication.Divide(rgb, alpha);
        // The span points into native memory that goes with the image.
        GC.KeepAlive(image);
        return new(image.Width, image.Height, rgb, alpha);
    }

    /// <summary>Makes a new image, owned by the caller, in the pixel format that ML.NET's decoders give (BGRA).</summary>
    internal static MLImage Write(RgbImage image, string? tag = null)
    {
        var length = checked(4 * image.Width * image.Height);
        // A bitmap's memory goes at once; an array of this size would stay until the next full collection.
        using var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Bgra8888, SKAlphaType.Premul);
        using var pixmap = bitmap.PeekPixels();
        var pixels = pixmap.GetPixelSpan<byte>();
        RgbaPixels.Join(image, pixels, isBgra: true);
        for (var i = 0; image.Alpha is not null && i < length; i += 4)
            for (var c = i; c < i + 3; c++)
                pixels[c] = Premultiplication.Multiply(pixels[c], pixels[i + 3]);
        var written = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Bgra32, pixels);
        written.Tag = tag;
        return written;
    }
}
