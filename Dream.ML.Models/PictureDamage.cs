using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>What JPEG, noise and blur have left in a picture's luma: how it was measured and set is in docs/models/choosing.md.</summary>
/// <param name="Kept">
/// The share of frequencies that 8×8 blocks on one grid still have, of what blocks elsewhere have; the least of the 64 grids. JPEG's
/// quantization makes zeros on its own grid alone: ZERO (Nikoukhah et al., IPOL 2021).
/// </param>
/// <param name="Noise">
/// Root mean square, in gray levels, of the high frequencies of the calmest hundredth of all blocks: elsewhere texture would
/// pass for noise.
/// </param>
/// <param name="Sharpness">
/// How much neighbors differ, squared, over the same for pixels two apart: 1/4 on a smooth slope, 1 in white noise.
/// </param>
readonly record struct PictureDamage(double Kept, double Noise, double Sharpness)
{
    const int Block = 8, MinSide = 32;

    // Enough to judge by, in a few milliseconds whatever the picture's size.
    const int PartSize = 96, PartsAcross = 3;

    // Rounding to 8 bits leaves less than this of a coefficient that JPEG made zero.
    const float Zero = 0.5f;

    // Where black or white is near, noise is clipped.
    const float Dark = 8, Bright = 247;

    const double CalmShare = 0.01;

    const double LeastKept = 0.7, MostNoise = 1.9, LeastSharpness = 0.33;

    /// <summary>The orthonormal DCT: frequency, place.</summary>
    static readonly float[,] Cosines = MakeCosines();

    /// <summary>What the photo-4x model would enlarge along with the picture, in words, or <c>null</c>.</summary>
    internal string? Finding => this switch
    {
        { Kept: < LeastKept } => Invariant($"JPEG blocks (on one 8×8 grid {100 * (1 - Kept):0}% of the frequencies are missing)"),
        { Noise: > MostNoise } => Invariant($"noise ({Noise:0.0} gray levels where the picture is calmest)"),
        { Sharpness: < LeastSharpness } => Invariant($"blur (neighbors differ {100 * Math.Sqrt(Sharpness):0}% as much as pixels two apart)"),
        _ => null,
    };

    /// <summary>Measures a picture, in parts spread over it that are never resized, as that would destroy what is looked for.</summary>
    /// <returns>The measures, or <c>null</c> where the picture is too small or too flat to have any.</returns>
    internal static PictureDamage? Measure(MLImage image)
    {
        if (Math.Min(image.Width, image.Height) < MinSide)
            return null;
        var (frequencies, blocks) = (new double[Block * Block], new int[Block * Block]);
        var (noise, near, far) = (new List<float>(), 0.0, 0.0);
        foreach (var top in Parts(image.Height))
            foreach (var left in Parts(image.Width))
            {
                var (width, height) = (Math.Min(PartSize, image.Width - left), Math.Min(PartSize, image.Height - top));
                var luma = Luma(image, left, top, width, height);
                var (mean, nonzero, high) = Spectra(luma, width);
                for (var y = 0; y + Block <= height; y++)
                    for (var x = 0; x + Block <= width; x++)
                    {
                        var (at, grid) = (y * width + x, y % Block * Block + x % Block);
                        frequencies[grid] += nonzero[at];
                        blocks[grid]++;
                        if (nonzero[at] > 0 && mean[at] is > Dark and < Bright)
                            noise.Add(high[at]);
                    }
                for (var y = 0; y + 2 < height; y++)
                    for (var x = 0; x + 2 < width; x++)
                    {
                        var at = y * width + x;
                        near += Squared(luma[at + 1] - luma[at]) + Squared(luma[at + width] - luma[at]);
                        far += Squared(luma[at + 2] - luma[at]) + Squared(luma[at + 2 * width] - luma[at]);
                    }
            }
        var counts = frequencies.Zip(blocks, (sum, count) => sum / count).Order().ToArray();
        if (counts[^1] == 0 || noise.Count == 0)
            return null;
        noise.Sort();
        return new(counts[0] / counts[counts.Length / 2], Math.Sqrt(noise[(int)(CalmShare * noise.Count)]), near / far);
    }

    /// <summary>Where parts begin: at multiples of 8, so that a grid of blocks has the same place in all of them.</summary>
    static IEnumerable<int> Parts(int length)
    {
        var count = Math.Min(PartsAcross, (length + PartSize - 1) / PartSize);
        return Enumerable.Range(0, count).Select(part => part == 0 ? 0 : (length - PartSize) * part / (count - 1) / Block * Block);
    }

    static float[] Luma(MLImage image, int left, int top, int width, int height)
    {
        var pixels = image.Pixels;
        var (red, blue) = image.PixelFormat == MLPixelFormat.Rgba32 ? (0, 2) : (2, 0);
        var luma = new float[width * height];
        for (var i = 0; i < luma.Length; i++)
        {
            var at = 4 * ((top + i / width) * image.Width + left + i % width);
            luma[i] = 0.299f * pixels[at + red] + 0.587f * pixels[at + 1] + 0.114f * pixels[at + blue];
        }
        // The span points into native memory that goes with the image.
        GC.KeepAlive(image);
        return luma;
    }

    /// <summary>
    /// Of the block that begins at each place: its mean, how many of its other 63 coefficients are not zero, and the mean square of
    /// the high ones. Blocks that would reach over an edge are to be left out.
    /// </summary>
    static (float[] Mean, float[] Nonzero, float[] High) Spectra(float[] luma, int width)
    {
        // u + v from 8 to 14
        const int HighOnes = Block * (Block - 1) / 2;
        float[] across = new float[luma.Length], coefficient = new float[luma.Length];
        float[] mean = new float[luma.Length], nonzero = new float[luma.Length], high = new float[luma.Length];
        for (var u = 0; u < Block; u++)
        {
            Filter(luma, across, u, step: 1);
            for (var v = 0; v < Block; v++)
            {
                Filter(across, coefficient, v, step: width);
                if (u + v == 0)
                {
                    TensorPrimitives.Divide(coefficient, Block, mean);
                    continue;
                }
                for (var i = 0; i < coefficient.Length; i++)
                    nonzero[i] += MathF.Abs(coefficient[i]) < Zero ? 0 : 1;
                if (u + v >= Block)
                    TensorPrimitives.MultiplyAdd(coefficient, coefficient, high, high);
            }
        }
        TensorPrimitives.Divide(high, HighOnes, high);
        return (mean, nonzero, high);
    }

    /// <summary>One frequency of the eight samples that begin at each place.</summary>
    static void Filter(ReadOnlySpan<float> samples, Span<float> result, int frequency, int step)
    {
        result.Clear();
        result = result[..^((Block - 1) * step)];
        for (var place = 0; place < Block; place++)
            TensorPrimitives.MultiplyAdd(samples.Slice(place * step, result.Length), Cosines[frequency, place], result, result);
    }

    static float Squared(float value) => value * value;

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static float[,] MakeCosines()
    {
        var cosines = new float[Block, Block];
        for (var frequency = 0; frequency < Block; frequency++)
            for (var place = 0; place < Block; place++)
                cosines[frequency, place] = (float)(Math.Sqrt((frequency == 0 ? 1.0 : 2.0) / Block)
                    * Math.Cos((2 * place + 1) * frequency * Math.PI / (2 * Block)));
        return cosines;
    }
}
