using System.Numerics.Tensors;
using Dream.ML.Core;
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
        return Mix(image, AxisWeights.Gaussian(image.Width, sigma), AxisWeights.Gaussian(image.Height, sigma));
    }

    /// <summary>An ideal low-pass filter in either direction; cut-off in (0, 1] of the highest frequency.</summary>
    internal static RgbImage Ring(RgbImage image, double cutOff) =>
        Mix(image, AxisWeights.Ringing(image.Width, cutOff), AxisWeights.Ringing(image.Height, cutOff));

    /// <summary>Filters columns and rows.</summary>
    internal static RgbImage Mix(RgbImage image, AxisWeights columns, AxisWeights rows) => new(
        columns.Length, rows.Length, rows.Mix(columns.Mix(image.Rgb, inner: 3), inner: 3 * columns.Length));

    /// <summary>Gaussian noise, independent per sample; σ in gray levels, 0 for none.</summary>
    internal static RgbImage AddNoise(RgbImage image, double sigma, ulong key)
    {
        if (sigma == 0)
            return image;
        var field = Normal(image.Rgb.Length, key);
        return Map(image, i => image.Rgb[i] + sigma * field[i]);
    }

    /// <summary>
    /// Noise as a camera's processing leaves it, σ·√(0.3 + x/255)·n for a sample x: n = (2·n₀ + n₁ + n₂ + n₃)/√7 of the
    /// pixel and three neighbors, and the same in all colors where <paramref name="gray"/>. σ in gray levels, 0 for none.
    /// </summary>
    internal static RgbImage AddCameraNoise(RgbImage image, double sigma, bool gray, ulong key)
    {
        if (sigma == 0)
            return image;
        var stride = 3 * image.Width;
        var field = Normal(image.Rgb.Length, key);
        return Map(image, i =>
        {
            var at = gray ? i - i % 3 : i;
            var (left, above) = (at % stride < 3 ? at : at - 3, at < stride ? 0 : stride);
            var n = (2 * field[at] + field[left] + field[at - above] + field[left - above]) / Math.Sqrt(7);
            return image.Rgb[i] + sigma * Math.Sqrt(0.3 + image.Rgb[i] / 255.0) * n;
        });
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

    static RgbImage Map(RgbImage image, Func<int, double> value)
    {
        var mapped = new byte[image.Rgb.Length];
        AllCores.For(image.Height, y =>
        {
            int stride = 3 * image.Width;
            for (int i = y * stride; i < (y + 1) * stride; i++)
                mapped[i] = (byte)Math.Clamp(Math.Round(value(i)), 0, 255);
        });
        return new(image.Width, image.Height, mapped);
    }

    /// <summary>Standard normal numbers: Box and Muller's √(−2·ln u)·cos a, as <see cref="CounterRandom.Normal"/>.</summary>
    static float[] Normal(int count, ulong key)
    {
        var (numbers, angles) = (new float[count], new float[count]);
        for (int i = 0; i < count; i++)
            (numbers[i], angles[i]) = CounterRandom.UniformPair(key, (ulong)i);
        TensorPrimitives.Log(numbers, numbers);
        TensorPrimitives.Multiply(numbers, -2, numbers);
        TensorPrimitives.Sqrt(numbers, numbers);
        TensorPrimitives.Cos(angles, angles);
        TensorPrimitives.Multiply(numbers, angles, numbers);
        return numbers;
    }
}
