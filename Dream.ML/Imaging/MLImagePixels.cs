using Microsoft.ML.Data;

namespace Dream.ML.Imaging;

/// <summary>Copies pixels between ML.NET's images (premultiplied, four bytes a pixel) and <see cref="RgbImage"/>.</summary>
static class MLImagePixels
{
    internal static RgbImage Read(MLImage image)
    {
        var pixels = image.Pixels;
        var red = RedOffset(image.PixelFormat);
        var rgb = new byte[image.Width * image.Height * 3];
        var alpha = new byte[image.Width * image.Height];
        for (var i = 0; i < alpha.Length; i++)
        {
            var pixel = pixels.Slice(4 * i, 4);
            alpha[i] = pixel[3];
            rgb[3 * i] = Straight(pixel[red], pixel[3]);
            rgb[3 * i + 1] = Straight(pixel[1], pixel[3]);
            rgb[3 * i + 2] = Straight(pixel[2 - red], pixel[3]);
        }
        return new(image.Width, image.Height, rgb, alpha.AsSpan().ContainsAnyExcept((byte)255) ? alpha : null);
    }

    internal static MLImage Write(RgbImage image, string? tag)
    {
        var pixels = new byte[image.Width * image.Height * 4];
        for (var i = 0; i < pixels.Length / 4; i++)
        {
            var alpha = image.Alpha?[i] ?? 255;
            pixels[4 * i] = Premultiplied(image.Rgb[3 * i + 2], alpha);
            pixels[4 * i + 1] = Premultiplied(image.Rgb[3 * i + 1], alpha);
            pixels[4 * i + 2] = Premultiplied(image.Rgb[3 * i], alpha);
            pixels[4 * i + 3] = (byte)alpha;
        }
        var result = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Bgra32, pixels);
        result.Tag = tag;
        return result;
    }

    static int RedOffset(MLPixelFormat format) => format switch
    {
        MLPixelFormat.Bgra32 => 2,
        MLPixelFormat.Rgba32 => 0,
        _ => throw new NotSupportedException($"Images with pixel format {format} are not supported."),
    };

    static byte Straight(int colour, int alpha) =>
        alpha == 0 ? (byte)0 : (byte)Math.Min(255, (colour * 255 + alpha / 2) / alpha);

    static byte Premultiplied(int colour, int alpha) => (byte)((colour * alpha + 127) / 255);
}
