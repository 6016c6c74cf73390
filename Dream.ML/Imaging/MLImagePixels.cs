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
        var (red, blue) = image.PixelFormat == MLPixelFormat.Rgba32 ? (0, 2) : (2, 0);
        var rgb = new byte[checked(3 * image.Width * image.Height)];
        var alpha = new byte[image.Width * image.Height];
        for (int i = 0; i < alpha.Length; i++)
        {
            var pixel = pixels.Slice(4 * i, 4);
            var color = rgb.AsSpan(3 * i, 3);
            byte opacity = alpha[i] = pixel[3];
            color[0] = Premultiplication.Divide(pixel[red], opacity);
            color[1] = Premultiplication.Divide(pixel[1], opacity);
            color[2] = Premultiplication.Divide(pixel[blue], opacity);
        }
        // The span points into native memory that goes with the image.
        GC.KeepAlive(image);
        return new(image.Width, image.Height, rgb, alpha.AsSpan().ContainsAnyExcept((byte)255) ? alpha : null);
    }

    /// <summary>Makes a new image, owned by the caller, in the pixel format that ML.NET's decoders give (BGRA).</summary>
    internal static MLImage Write(RgbImage image, string? tag = null)
    {
        var length = checked(4 * image.Width * image.Height);
        // A bitmap's memory goes at once; an array of this size would stay until the next full collection.
        using var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Bgra8888, SKAlphaType.Premul);
        using var pixmap = bitmap.PeekPixels();
        var pixels = pixmap.GetPixelSpan<byte>();
        for (int i = 0; i < length / 4; i++)
        {
            var pixel = pixels.Slice(4 * i, 4);
            var color = image.Rgb.AsSpan(3 * i, 3);
            byte opacity = pixel[3] = image.Alpha?[i] ?? 255;
            pixel[2] = Premultiplication.Multiply(color[0], opacity);
            pixel[1] = Premultiplication.Multiply(color[1], opacity);
            pixel[0] = Premultiplication.Multiply(color[2], opacity);
        }
        var written = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Bgra32, pixels);
        written.Tag = tag;
        return written;
    }
}
