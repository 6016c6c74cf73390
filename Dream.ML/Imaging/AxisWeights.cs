using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Dream.ML.Core;

namespace Dream.ML.Imaging;

/// <summary>How each sample along a filtered axis is mixed from the samples of the original axis.</summary>
/// <remarks>
/// The weights are fixed-point numbers, as Pillow's for 8-bit images. For MATLAB's convention they are exact at ratios
/// 2, 4 and 8, where sums halfway between two gray levels are common and must round like MATLAB's.
/// </remarks>
sealed class AxisWeights
{
    internal const int FractionBits = 22;
    const int Half = 1 << (FractionBits - 1);

    readonly int _from;
    readonly int[] _weights;
    readonly int[] _starts;

    AxisWeights(int from, int to, Func<double, double> kernel, double radius, bool reflects, double? factor = null)
    {
        double ratio = 1 / factor ?? (double)from / to;
        Taps = Math.Min(from, 2 * (int)Math.Ceiling(radius) + 1);
        _from = from;
        _starts = new int[to];
        _weights = new int[to * Taps];

        var window = new double[Taps];
        for (int i = 0; i < to; i++)
        {
            double center = (i + 0.5) * ratio;
            int first = (int)Math.Floor(center - radius + 0.5), end = (int)Math.Floor(center + radius + 0.5);
            int start = _starts[i] = Math.Clamp(first, 0, from - Taps);
            Array.Clear(window);
            for (int j = first; j < end; j++)
            {
                int source = reflects ? Reflect(j, from) : j;
                if (source >= 0 && source < from)
                    window[source - start] += kernel(j - center + 0.5);
            }
            double total = window.Sum();
            for (int k = 0; k < Taps; k++)
                _weights[i * Taps + k] =
                    (int)Math.Round(window[k] / total * (1 << FractionBits), MidpointRounding.AwayFromZero);
        }
    }

    /// <summary>The number of filtered samples.</summary>
    internal int Length => _starts.Length;

    /// <summary>The number of original samples in each mix.</summary>
    internal int Taps { get; }

    /// <summary>Resizing by the bicubic kernel.</summary>
    internal static AxisWeights Bicubic(int from, int to, BicubicConvention convention) =>
        Resizing(from, to, BicubicKernel.At, BicubicKernel.Radius, reflects: convention == BicubicConvention.Matlab);

    /// <summary>Enlarging by the bicubic kernel and a factor of which <paramref name="to"/> is the result, rounded up or down.</summary>
    internal static AxisWeights Bicubic(int from, int to, double factor) =>
        new(from, to, BicubicKernel.At, BicubicKernel.Radius, reflects: false, factor);

    /// <summary>Resizing by the triangle kernel.</summary>
    internal static AxisWeights Bilinear(int from, int to) => Resizing(from, to, x => Math.Max(0, 1 - Math.Abs(x)), radius: 1);

    /// <summary>Resizing by the sinc kernel in a window of three lobes of the same (Duchon 1979).</summary>
    internal static AxisWeights Lanczos(int from, int to) => Resizing(from, to, x => Math.Abs(x) < 3 ? Sinc(x) * Sinc(x / 3) : 0, radius: 3);

    /// <summary>
    /// An ideal low-pass filter with a cut-off in (0, 1] of the highest frequency, cut after three lobes: it rings along edges.
    /// </summary>
    internal static AxisWeights Ringing(int length, double cutOff) =>
        new(length, length, x => Sinc(cutOff * x), 3 / cutOff + 0.5, reflects: false);

    /// <summary>Gaussian blur with a standard deviation in samples; cut and renormalized at the border.</summary>
    internal static AxisWeights Gaussian(int length, double sigma) =>
        // Half a sample more than four deviations: a sample always takes part in its own mix.
        new(length, length, x => Math.Exp(-0.5 * Math.Pow(x / sigma, 2)), 4 * sigma + 0.5, reflects: false);

    /// <summary>The first original sample that enters filtered sample <paramref name="i"/>.</summary>
    internal int Start(int i) => _starts[i];

    /// <summary>The weights of filtered sample <paramref name="i"/>; their sum stands for 1.</summary>
    internal ReadOnlySpan<int> Of(int i) => _weights.AsSpan(i * Taps, Taps);

    /// <summary>
    /// Filters the middle axis of (outer, from, inner) samples and rounds to whole numbers. Inner is the number of channels
    /// for the horizontal axis, of samples in a row for the vertical one.
    /// </summary>
    internal T[] Mix<T>(T[] samples, int inner) where T : unmanaged, IBinaryInteger<T>
    {
        // Whole rows at a time are mixed many times faster than a few channels: turn columns into rows, and back.
        if (inner < Vector<byte>.Count && samples.Length / inner > _from)
        {
            int across = samples.Length / (_from * inner);
            return Transpose(Mix(Transpose(samples, across, _from, inner), across * inner), _starts.Length, across, inner);
        }
        int to = _starts.Length, outer = samples.Length / (_from * inner);
        var mixed = new T[checked(outer * to * inner)];
        AllCores.ForRanges(outer * to, (first, end) =>
        {
            for (int i = first; i < end; i++)
            {
                var (plane, position) = Math.DivRem(i, to);
                Mix(samples.AsSpan((plane * _from + Start(position)) * inner, Taps * inner),
                    Of(position), mixed.AsSpan(i * inner, inner));
            }
        });
        return mixed;
    }

    // Unoptimized, the first images would take many times as long.
    /// <summary>Σₖ weights[k] · rows[k], rounded half up and clamped; the rows follow each other in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Mix<T>(ReadOnlySpan<T> rows, ReadOnlySpan<int> weights, Span<T> mixed) where T : unmanaged, IBinaryInteger<T>
    {
        int done = typeof(T) == typeof(byte) ? MixBytes(MemoryMarshal.AsBytes(rows), weights, MemoryMarshal.AsBytes(mixed)) : 0;
        for (int x = done; x < mixed.Length; x++)
        {
            long sum = Half;
            for (int k = 0, at = x; k < weights.Length; k++, at += mixed.Length)
                sum += weights[k] * long.CreateTruncating(rows[at]);
            mixed[x] = T.CreateSaturating(sum >> FractionBits);
        }
    }

    /// <summary>The same in whole vectors, of which it returns the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int MixBytes(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> mixed)
    {
        int x = 0;
        for (; x <= mixed.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            var (a, b, c, d) = (new Vector<int>(Half), new Vector<int>(Half), new Vector<int>(Half), new Vector<int>(Half));
            for (int k = 0, at = x; k < weights.Length; k++, at += mixed.Length)
            {
                Vector.Widen(new Vector<byte>(rows[at..]), out var low, out var high);
                Vector.Widen(low, out var first, out var second);
                Vector.Widen(high, out var third, out var fourth);
                a += weights[k] * Vector.AsVectorInt32(first);
                b += weights[k] * Vector.AsVectorInt32(second);
                c += weights[k] * Vector.AsVectorInt32(third);
                d += weights[k] * Vector.AsVectorInt32(fourth);
            }
            Vector.Narrow(Vector.Narrow(Gray(a), Gray(b)), Vector.Narrow(Gray(c), Gray(d))).CopyTo(mixed[x..]);
        }
        return x;

        static Vector<uint> Gray(Vector<int> sum) =>
            Vector.AsVectorUInt32(Vector.Min(Vector.Max(sum >> FractionBits, Vector<int>.Zero), new Vector<int>(255)));
    }

    /// <summary>(rows, columns, inner) to (columns, rows, inner).</summary>
    static T[] Transpose<T>(T[] samples, int rows, int columns, int inner)
    {
        var turned = new T[samples.Length];
        AllCores.ForRanges(columns, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) =>
        {
            for (int column = first; column < end; column++)
                for (int row = 0; row < rows; row++)
                    for (int i = 0; i < inner; i++)
                        turned[(column * rows + row) * inner + i] = samples[(row * columns + column) * inner + i];
        });
        return turned;
    }

    static AxisWeights Resizing(int from, int to, Func<double, double> kernel, double radius, bool reflects = false)
    {
        // Stretching the kernel by the ratio of a reduction is what removes aliasing.
        double stretch = Math.Max((double)from / to, 1);
        return new(from, to, x => kernel(x / stretch), radius * stretch, reflects);
    }

    /// <summary>sin(πx)/(πx)</summary>
    static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    /// <summary>… 1 0 | 0 1 2 … n−1 | n−1 n−2 …</summary>
    static int Reflect(int index, int length)
    {
        int period = 2 * length;
        int folded = (index % period + period) % period;
        return Math.Min(folded, period - 1 - folded);
    }
}
