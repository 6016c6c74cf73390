using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Dream.ML.Core;

namespace Dream.ML.Imaging;

/// <summary>Bicubic upsampling by a whole number, as Pillow's without rounding or clamping; any value range.</summary>
static class BicubicInterpolation
{
    const int Radius = BicubicKernel.Radius;
    internal const int Taps = 2 * Radius + 1;

    /// <summary>(C, h, w) → (C, s·h, s·w)</summary>
    internal static FeatureMap Enlarge(FeatureMap low, int scale)
    {
        var result = new FeatureMap(low.Channels, low.Height * scale, low.Width * scale);
        var kernels = Enumerable.Range(0, scale).Select(phase => Kernel(phase, scale)).ToArray();
        // Unoptimized, the first images would take many times as long.
        AllCores.ForRanges(result.Channels * result.Height, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) =>
        {
            // Zeros on both sides cut the kernel at the border as Pillow does; what is left of its sum renormalizes it.
            var (padded, mixed) = (new float[low.Width + 2 * Radius], new float[low.Width]);
            for (var i = first; i < end; i++)
            {
                var (channel, y) = Math.DivRem(i, result.Height);
                MixRows(low, channel, y / scale, kernels[y % scale], padded.AsSpan(Radius, low.Width));
                var row = result.Row(channel, y);
                for (var phase = 0; phase < scale; phase++)
                {
                    MixColumns(padded, kernels[phase], mixed);
                    for (var x = 0; x < mixed.Length; x++)
                        row[x * scale + phase] = mixed[x];
                }
            }
        });
        return result;
    }

    static void MixRows(FeatureMap low, int channel, int y, float[] kernel, Span<float> mixed)
    {
        mixed.Clear();
        var sum = 0f;
        for (var k = 0; k < Taps; k++)
            if (y + k - Radius is var row && row >= 0 && row < low.Height)
            {
                TensorPrimitives.MultiplyAdd(low.Row(channel, row), kernel[k], mixed, mixed);
                sum += kernel[k];
            }
        if (sum != 1)
            TensorPrimitives.Divide(mixed, sum, mixed);
    }

    static void MixColumns(float[] padded, float[] kernel, Span<float> mixed)
    {
        TensorPrimitives.Multiply(padded.AsSpan(0, mixed.Length), kernel[0], mixed);
        for (var k = 1; k < Taps; k++)
            TensorPrimitives.MultiplyAdd(padded.AsSpan(k, mixed.Length), kernel[k], mixed, mixed);
        for (var x = 0; x < mixed.Length; x = x == Radius - 1 ? Math.Max(x + 1, mixed.Length - Radius) : x + 1)
        {
            var sum = 0f;
            for (var k = 0; k < Taps; k++)
                if (x + k - Radius is var column && column >= 0 && column < mixed.Length)
                    sum += kernel[k];
            mixed[x] /= sum;
        }
    }

    /// <summary>How a sample of a phase is mixed from five.</summary>
    static float[] Kernel(int phase, int scale) =>
        [.. Enumerable.Range(-Radius, Taps).Select(k => (float)BicubicKernel.At(k + 0.5 - (phase + 0.5) / scale))];

    /// <summary>(s, s, 5, 5): how each pixel of an s × s block is mixed from the low-resolution neighborhood.</summary>
    internal static float[] Kernels(int scale)
    {
        float[][] axis = [.. Enumerable.Range(0, scale).Select(phase => Kernel(phase, scale))];
        return [.. from row in axis from column in axis from y in row from x in column select x * y];
    }
}
