using Dream.ML.Numerics;
using Dream.ML.Runtime;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Dream.ML.Imaging.Degradation;

/// <summary>What spoils an image without changing its size. Opaque images in, opaque images out.</summary>
static class ImageFilters
{
    /// <summary>Gaussian blur; σ in pixels, 0 for none.</summary>
    internal static RgbImage Blur(RgbImage image, double sigma)
    {
        if (sigma == 0)
            return image;
        var rows = AxisWeights.Gaussian(image.Width, sigma).Mix(image.Rgb, inner: 3);
        return new(image.Width, image.Height,
            AxisWeights.Gaussian(image.Height, sigma).Mix(rows, inner: 3 * image.Width));
    }

    /// <summary>Gaussian noise, independent per sample; σ in grey levels, 0 for none.</summary>
    internal static RgbImage AddNoise(RgbImage image, double sigma, ulong key)
    {
        if (sigma == 0)
            return image;
        var noisy = new byte[image.Rgb.Length];
        AllCores.For(image.Height, y =>
        {
            int stride = 3 * image.Width;
            for (int i = y * stride; i < (y + 1) * stride; i++)
                noisy[i] = (byte)Math.Clamp(
                    Math.Round(image.Rgb[i] + sigma * CounterRandom.Normal(key, (ulong)i)), 0, 255);
        });
        return new(image.Width, image.Height, noisy);
    }

    /// <summary>To JPEG and back; quality 1 to 100.</summary>
    /// <exception cref="ArgumentException">The image is larger than a JPEG file can be.</exception>
    internal static RgbImage Compress(RgbImage image, int quality)
    {
        using var pixels = MLImagePixels.Write(image);
        using var picture = SKImage.FromPixelCopy(
            new(image.Width, image.Height, SKColorType.Bgra8888, SKAlphaType.Opaque), pixels.Pixels);
        using var file = picture.Encode(SKEncodedImageFormat.Jpeg, quality) ?? throw new ArgumentException(
            $"An image of {image.Width}×{image.Height} pixels is too large for JPEG.", nameof(image));
        using var stream = file.AsStream();
        using var decoded = MLImage.CreateFromStream(stream);
        return MLImagePixels.Read(decoded);
    }
}
