using System.Collections.Concurrent;

namespace Dream.ML.Imaging;

/// <summary>Antialiased bicubic resizing of 8-bit images, equal to Pillow's or MATLAB's.</summary>
static class BicubicResampler
{
    /// <summary>
    /// Resizes an image; at an unchanged size the result may share its samples. Colours are mixed premultiplied, so that
    /// invisible ones do not bleed into edges.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    internal static RgbImage Resize(
        RgbImage image, int width, int height, BicubicConvention convention = BicubicConvention.Pillow)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (image.Alpha is not { } alpha)
            return new(width, height, Resample(image.Rgb, channels: 3));

        var premultiplied = new byte[image.Rgb.Length];
        for (int i = 0; i < premultiplied.Length; i++)
            premultiplied[i] = Premultiplication.Multiply(image.Rgb[i], alpha[i / 3]);
        var rgb = Resample(premultiplied, channels: 3);
        alpha = Resample(alpha, channels: 1);
        for (int i = 0; i < rgb.Length; i++)
            rgb[i] = Premultiplication.Divide(rgb[i], alpha[i / 3]);
        return new(width, height, rgb, alpha);

        byte[] Resample(byte[] samples, int channels)
        {
            // MATLAB starts with the smallest scale, and with the vertical axis where both are equal.
            bool verticalFirst = convention == BicubicConvention.Matlab
                && (long)height * image.Width <= (long)width * image.Height;
            if (verticalFirst)
                samples = ResampleAxis(samples, image.Width * channels, image.Height, height, convention);
            samples = ResampleAxis(samples, channels, image.Width, width, convention);
            return verticalFirst ? samples : ResampleAxis(samples, width * channels, image.Height, height, convention);
        }
    }

    /// <summary>
    /// Resizes the middle axis of (outer, from, inner) samples and rounds to 8 bits. Inner is the number of channels for the
    /// horizontal axis, of samples in a row for the vertical one.
    /// </summary>
    static byte[] ResampleAxis(byte[] samples, int inner, int from, int to, BicubicConvention convention)
    {
        if (from == to)
            return samples;
        var weights = new BicubicWeights(from, to, convention);
        int outer = samples.Length / (from * inner);
        var resampled = new byte[checked(outer * to * inner)];
        Parallel.ForEach(Partitioner.Create(0, outer * to), range =>
        {
            for (int i = range.Item1; i < range.Item2; i++)
            {
                var (plane, position) = Math.DivRem(i, to);
                Mix(samples.AsSpan((plane * from + weights.Start(position)) * inner, weights.Taps * inner),
                    weights.Of(position), resampled.AsSpan(i * inner, inner));
            }
        });
        return resampled;
    }

    /// <summary>Σₖ weights[k] · rows[k], rounded half up and clamped; the rows follow each other in memory.</summary>
    static void Mix(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> mixed)
    {
        const int Half = 1 << (BicubicWeights.FractionBits - 1);
        for (int x = 0; x < mixed.Length; x++)
        {
            int sum = Half;
            for (int k = 0, at = x; k < weights.Length; k++, at += mixed.Length)
                sum += weights[k] * rows[at];
            mixed[x] = (byte)Math.Clamp(sum >> BicubicWeights.FractionBits, 0, 255);
        }
    }
}
