namespace Dream.ML.Imaging;

/// <summary>How each sample along a resized axis is mixed from the samples of the original axis.</summary>
/// <remarks>
/// The weights are fixed-point numbers, as Pillow's for 8-bit images. For MATLAB's convention they are exact at ratios 2, 4
/// and 8, where sums halfway between two grey levels are common and must round like MATLAB's.
/// </remarks>
sealed class BicubicWeights
{
    internal const int FractionBits = 22;

    readonly int[] _weights;
    readonly int[] _starts;

    internal BicubicWeights(int from, int to, BicubicConvention convention)
    {
        double ratio = (double)from / to;
        // Stretching the kernel by the ratio of a reduction is what removes aliasing.
        double stretch = Math.Max(ratio, 1);
        double radius = BicubicKernel.Radius * stretch;
        Taps = Math.Min(from, 2 * (int)Math.Ceiling(radius) + 1);
        _starts = new int[to];
        _weights = new int[to * Taps];

        var window = new double[Taps];
        for (int i = 0; i < to; i++)
        {
            double centre = (i + 0.5) * ratio;
            int first = (int)Math.Floor(centre - radius + 0.5), end = (int)Math.Floor(centre + radius + 0.5);
            int start = _starts[i] = Math.Clamp(first, 0, from - Taps);
            Array.Clear(window);
            for (int j = first; j < end; j++)
            {
                int source = convention == BicubicConvention.Matlab ? Reflect(j, from) : j;
                if (source >= 0 && source < from)
                    window[source - start] += BicubicKernel.At((j - centre + 0.5) / stretch);
            }
            double total = window.Sum();
            for (int k = 0; k < Taps; k++)
                _weights[i * Taps + k] =
                    (int)Math.Round(window[k] / total * (1 << FractionBits), MidpointRounding.AwayFromZero);
        }
    }

    /// <summary>The number of original samples in each mix.</summary>
    internal int Taps { get; }

    /// <summary>The first original sample that enters resized sample <paramref name="i"/>.</summary>
    internal int Start(int i) => _starts[i];

    /// <summary>The weights of resized sample <paramref name="i"/>; their sum stands for 1.</summary>
    internal ReadOnlySpan<int> Of(int i) => _weights.AsSpan(i * Taps, Taps);

    /// <summary>… 1 0 | 0 1 2 … n−1 | n−1 n−2 …</summary>
    static int Reflect(int index, int length)
    {
        int period = 2 * length;
        int folded = (index % period + period) % period;
        return Math.Min(folded, period - 1 - folded);
    }
}
