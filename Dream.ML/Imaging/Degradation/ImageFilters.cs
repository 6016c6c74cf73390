using System.Numerics.Tensors;
using Dream.ML.Core;
using Dream.ML.Imaging.Files;

namespace Dream.ML.Imaging.Degradation;

/// <summary>What spoils an image without changing its size. Opaque images in, opaque images out.</summary>
static class ImageFilters
{
    /// <summary>Gaussian blur; σ in pixels, 0 for none.</summary>
    internal static RgbImage Blur(RgbImage image, double sigma) => sigma == 0
        ? image
        : Mix(image, AxisWeights.Gaussian(image.Width, sigma), AxisWeights.Gaussian(image.Height, sigma));

    /// <summary>An ideal low-pass filter in either direction; cut-off in (0, 1] of the highest frequency.</summary>
    internal static RgbImage Ring(RgbImage image, double cutOff) =>
        Mix(image, AxisWeights.Ringing(image.Width, cutOff), AxisWeights.Ringing(image.Height, cutOff));

    /// <summary>Filters columns and rows.</summary>
    internal static RgbImage Mix(RgbImage image, AxisWeights columns, AxisWeights rows) => new(
        columns.Length, rows.Length, rows.Mix(columns.Mix(image.Rgb, inner: 3), inner: 3 * columns.Length));

    /// <summary>Gaussian noise, independent per sample; σ in gray levels, 0 for none.</summary>
    internal static RgbImage AddNoise(RgbImage image, double sigma, ulong key) =>
        AddNoise(image, sigma, key, (field, i) => field[i]);

    /// <summary>
    /// Noise as a camera's processing leaves it, σ·√(0.3 + x/255)·n for a sample x: n = (2·n₀ + n₁ + n₂ + n₃)/√7 of the
    /// pixel and three neighbors, and the same in all colors where <paramref name="gray"/>. σ in gray levels, 0 for none.
    /// </summary>
    internal static RgbImage AddCameraNoise(RgbImage image, double sigma, bool gray, ulong key)
    {
        var stride = 3 * image.Width;
        return AddNoise(image, sigma, key, (field, i) =>
        {
            var at = gray ? i - i % 3 : i;
            var (left, above) = (at % stride < 3 ? at : at - 3, at < stride ? 0 : stride);
            var n = (2 * field[at] + field[left] + field[at - above] + field[left - above]) / Math.Sqrt(7);
            return Math.Sqrt(0.3 + image.Rgb[i] / 255.0) * n;
        });
    }

    /// <summary>To JPEG and back; quality 1 to 100.</summary>
    /// <exception cref="IOException">The image is larger than a JPEG file can be.</exception>
    internal static RgbImage Compress(RgbImage image, int quality) => ImageFileReader.Decode(
        ImageFileWriter.Encode(image, new(), ImageFileFormat.Jpeg, quality).File, "JPEG", new() { MaxPixels = ImageLimits.LargestImage }).Pixels;

    static RgbImage AddNoise(RgbImage image, double sigma, ulong key, Func<float[], int, double> noise)
    {
        if (sigma == 0)
            return image;
        var field = Normal(image.Rgb.Length, key);
        var noisy = new byte[field.Length];
        AllCores.ForRanges(noisy.Length, (first, end) =>
        {
            for (var i = first; i < end; i++)
                noisy[i] = (byte)Math.Clamp(Math.Round(image.Rgb[i] + sigma * noise(field, i)), 0, 255);
        });
        return new(image.Width, image.Height, noisy);
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
