using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Networks.Engines;

namespace Dream.ML.Inference.Sampling;

/// <summary>
/// From the closest image to the sharpest. Up to d = 0.5: r₁ + 2d·(r − r₁), r₁ the initial prediction, r the sample; between
/// them a straight line is the best trade of distortion for perception (Freirich et al. 2021). Beyond: r + (2d − 1)·f·f²/(f² + t²)
/// with f = r − b, b bicubic interpolation of r's own reduction. So what the input cannot show grows, unless it is faint; and
/// what the network removed from the input, noise and blocks, does not come back turned over.
/// </summary>
static class DetailControl
{
    /// <summary>Structure of this height, three levels of 255, grows half as much.</summary>
    internal const float Faint = 3 / 127.5f;

    /// <summary>The image of a sampled signal up to d = 0.5: r₁ + min(1, 2d)·(r − r₁).</summary>
    /// <param name="engine">What the signal was sampled from.</param>
    /// <param name="prediction">The initial prediction, in the layout of the signal.</param>
    /// <param name="signal">The signal; <c>null</c> for the initial prediction alone.</param>
    /// <param name="detail">d.</param>
    /// <returns>(3, s·h, s·w), not clamped.</returns>
    internal static FeatureMap ToImage(INetworkEngine engine, FeatureMap prediction, FeatureMap? signal, double detail)
    {
        var traits = engine.Traits;
        if (signal is null)
            return PixelShuffle(prediction, traits.Scale / traits.SignalScale);
        var values = signal.Values;
        if (traits.AddsToPrediction)
        {
            TensorPrimitives.Multiply(values, (float)(engine.SignalUnit * Math.Min(1, 2 * detail)), values);
            TensorPrimitives.Add(values, prediction.Values, values);
        }
        return PixelShuffle(signal, traits.Scale / traits.SignalScale);
    }

    /// <summary>
    /// Beyond d = 0.5, in place; exact where what is within bicubic interpolation's radius is in the image too.
    /// </summary>
    internal static void Sharpen(FeatureMap image, int scale, double detail)
    {
        using var means = Means(image, scale);
        using var coarse = BicubicInterpolation.Enlarge(means, scale);
        var gain = (float)(2 * detail - 1);
        AllCores.ForRanges(image.Channels * image.Height, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) =>
        {
            for (var i = first; i < end; i++)
            {
                var (channel, y) = Math.DivRem(i, image.Height);
                var row = image.Row(channel, y);
                var smooth = coarse.Row(channel, y);
                for (var x = 0; x < row.Length; x++)
                {
                    var fine = row[x] - smooth[x];
                    var square = fine * fine;
                    row[x] += gain * fine * square / (square + Faint * Faint);
                }
            }
        });
    }

    /// <summary>(C, s·h, s·w) → (C, h, w)</summary>
    static FeatureMap Means(FeatureMap image, int scale)
    {
        var means = new FeatureMap(image.Channels, image.Height / scale, image.Width / scale);
        AllCores.ForRanges(means.Channels * means.Height, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) =>
        {
            var sums = new float[image.Width];
            for (var i = first; i < end; i++)
            {
                var (channel, y) = Math.DivRem(i, means.Height);
                image.Row(channel, y * scale).CopyTo(sums);
                for (var row = 1; row < scale; row++)
                    TensorPrimitives.Add(sums, image.Row(channel, y * scale + row), sums);
                var mean = means.Row(channel, y);
                for (var x = 0; x < mean.Length; x++)
                    mean[x] = TensorPrimitives.Sum<float>(sums.AsSpan(x * scale, scale)) / (scale * scale);
            }
        });
        return means;
    }

    /// <summary>(3·s², h, w) → (3, s·h, s·w)</summary>
    static FeatureMap PixelShuffle(FeatureMap unshuffled, int scale)
    {
        var image = new FeatureMap(3, unshuffled.Height * scale, unshuffled.Width * scale);
        // Unoptimized, the first images would take many times as long.
        AllCores.ForRanges(image.Channels * image.Height, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) =>
        {
            for (var i = first; i < end; i++)
            {
                var (channel, y) = Math.DivRem(i, image.Height);
                var row = image.Row(channel, y);
                for (var phase = 0; phase < scale; phase++)
                {
                    var source = unshuffled.Row((channel * scale + y % scale) * scale + phase, y / scale);
                    for (var x = 0; x < source.Length; x++)
                        row[x * scale + phase] = source[x];
                }
            }
        });
        return image;
    }
}
