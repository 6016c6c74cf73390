using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Dream.ML.Core;
using Dream.ML.Imaging;

namespace Dream.ML.Inference;

/// <summary>
/// Keeps an upscaled image within what its input allows. Around every pixel, over the support of the bicubic kernel, each
/// channel has a range: an edge may overshoot it as far as bicubic interpolation does, and what is thinner than three pixels
/// may grow beyond it, for reduction has flattened it. So flat neighborhoods keep their value, and plain edges do not ring.
/// The same holds for saturation (largest less smallest channel), more loosely: gray neighborhoods stay gray. It works on
/// finished images, not on floats: the same for every division into tiles.
/// </summary>
static class LocalBounds
{
    // The most that cubic convolution overshoots a step, as a share of its height.
    const float Overshoot = 2f / 27;
    // How far a thin peak may rise beyond its neighborhood, in multiples of its own height. Photos hardly ever go further.
    const float PeakGrowth = 2;
    const float SaturationGrowth = 2;

    const int Channels = 4; // red, green, blue, saturation

    // Pixels of the input that one of the result depends on: three for a bound, one to blend it with its neighbor.
    const int Reach = 4;

    // Low-resolution pixels at a time: what bounds the memory beside the images.
    const int StripPixels = 1 << 16;

    /// <summary>Brings the colors of <paramref name="upscaled"/> within their bounds, in place.</summary>
    /// <param name="upscaled">The result, <paramref name="scale"/> times as large as <paramref name="low"/>.</param>
    /// <param name="low">The image that it was made from.</param>
    /// <param name="scale">Output size over input size.</param>
    /// <param name="cancellation">Stops the work.</param>
    internal static void Apply<T>(RgbImage<T> upscaled, RgbImage<T> low, int scale, CancellationToken cancellation)
        where T : unmanaged, IBinaryInteger<T>
    {
        var width = low.Width + 2 * Reach;
        var rows = Math.Max(1, StripPixels / low.Width);
        for (var top = 0; top < low.Height; top += rows)
        {
            cancellation.ThrowIfCancellationRequested();
            var first = top - Reach;
            var end = Math.Min(low.Height, top + rows);
            var (upper, lower) = Bounds(Surroundings(low, first, end + Reach), width);
            var start = top * scale;
            AllCores.For((end - top) * scale, row =>
            {
                var y = start + row;
                var (above, share) = Place(y, scale, first);
                Limit(
                    upscaled.Rgb.AsSpan(3 * y * upscaled.Width, 3 * upscaled.Width),
                    Blend(upper.AsSpan(above * width, 2 * width), share),
                    Blend(lower.AsSpan(above * width, 2 * width), share),
                    scale);
            });
        }
    }

    /// <summary>The channels of some rows; the image's border goes on beyond it.</summary>
    static T[] Surroundings<T>(RgbImage<T> low, int top, int end) where T : unmanaged, IBinaryInteger<T>
    {
        var result = new T[Channels * (low.Width + 2 * Reach) * (end - top)];
        var i = 0;
        for (var y = top; y < end; y++)
            for (var x = -Reach; x < low.Width + Reach; x++, i += Channels)
            {
                var pixel = 3 * (Math.Clamp(y, 0, low.Height - 1) * low.Width + Math.Clamp(x, 0, low.Width - 1));
                low.Rgb.AsSpan(pixel, 3).CopyTo(result.AsSpan(i));
                result[i + 3] = Saturation<T>(result.AsSpan(i, 3));
            }
        return result;
    }

    /// <summary>The bounds at the centers of pixels.</summary>
    static (Vector128<float>[] Upper, Vector128<float>[] Lower) Bounds<T>(T[] values, int width) where T : unmanaged, IBinaryInteger<T>
    {
        var (highest, lowest) = (Dilate(values), Erode(values));
        // What opening and closing with a square of 3 × 3 pixels remove: lines, points and tips, but no straight edges.
        var peaks = Dilate(Difference(values, Dilate(lowest)));
        var pits = Dilate(Difference(Erode(highest), values));

        var (upper, lower) = (new Vector128<float>[values.Length / Channels], new Vector128<float>[values.Length / Channels]);
        for (var i = 0; i < upper.Length; i++)
        {
            var overshoot = (Pixel(highest, i) - Pixel(lowest, i)) * Overshoot;
            upper[i] = (Pixel(highest, i) + overshoot + Pixel(peaks, i) * PeakGrowth)
                * Vector128.Create(1, 1, 1, SaturationGrowth);
            lower[i] = (Pixel(lowest, i) - overshoot - Pixel(pits, i) * PeakGrowth) * Vector128.Create(1f, 1, 1, 0);
        }
        return (upper, lower);

        static Vector128<float> Pixel(T[] samples, int i) => Floats<T>(samples.AsSpan(Channels * i), samples[Channels * i + 3]);

        T[] Dilate(T[] samples)
        {
            var stride = Channels * width;
            var across = new T[samples.Length];
            for (var i = 0; i < samples.Length; i += stride)
                Spread<T>(samples.AsSpan(i, stride), across.AsSpan(i, stride), Channels);
            var result = new T[samples.Length];
            Spread<T>(across, result, stride);
            return result;
        }

        T[] Erode(T[] samples) => Complement(Dilate(Complement(samples)));
    }

    /// <summary>The largest of every sample and those a distance before and behind.</summary>
    static void Spread<T>(ReadOnlySpan<T> samples, Span<T> result, int distance) where T : unmanaged, IBinaryInteger<T>
    {
        samples.CopyTo(result);
        TensorPrimitives.Max(result[distance..], samples[..^distance], result[distance..]);
        TensorPrimitives.Max(result[..^distance], samples[distance..], result[..^distance]);
    }

    static T[] Complement<T>(T[] samples) where T : unmanaged, IBinaryInteger<T>
    {
        var result = new T[samples.Length];
        TensorPrimitives.OnesComplement<T>(samples, result);
        return result;
    }

    static T[] Difference<T>(T[] larger, T[] smaller) where T : unmanaged, IBinaryInteger<T>
    {
        var result = new T[larger.Length];
        TensorPrimitives.Subtract<T>(larger, smaller, result);
        return result;
    }

    /// <summary>Behind which pixel of the input, counted from the first one, a pixel of the result lies, and how far.</summary>
    static (int Before, float Share) Place(int position, int scale, int first)
    {
        var center = (position - first * scale + 0.5f) / scale - 0.5f;
        return ((int)center, center - (int)center);
    }

    /// <summary>A row between two rows.</summary>
    static Vector128<float>[] Blend(ReadOnlySpan<Vector128<float>> rows, float share)
    {
        var row = new Vector128<float>[rows.Length / 2];
        for (var x = 0; x < row.Length; x++)
            row[x] = Lerp(rows[x], rows[row.Length + x], share);
        return row;
    }

    // In this form exact where both are equal.
    static Vector128<float> Lerp(Vector128<float> from, Vector128<float> to, float share) => from + (to - from) * share;

    // A call is a whole row: unoptimized, the first images would take many times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Limit<T>(Span<T> rgb, Vector128<float>[] upper, Vector128<float>[] lower, int scale)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var phase = 0; phase < scale; phase++)
        {
            var (before, share) = Place(phase, scale, -Reach);
            for (var i = 3 * phase; i < rgb.Length; i += 3 * scale, before++)
            {
                var pixel = rgb.Slice(i, 3);
                var color = Floats(pixel, Saturation<T>(pixel));
                var most = Lerp(upper[before], upper[before + 1], share);
                var least = Lerp(lower[before], lower[before + 1], share);
                if (Vector128.GreaterThanAny(color, most) || Vector128.LessThanAny(color, least))
                    Limit(pixel, color, most, least);
            }
        }
    }

    static void Limit<T>(Span<T> pixel, Vector128<float> color, Vector128<float> most, Vector128<float> least)
        where T : unmanaged, IBinaryInteger<T>
    {
        color = Vector128.Min(Vector128.Max(color, Vector128.Ceiling(least)), Vector128.Floor(most));
        for (var c = 0; c < 3; c++)
            pixel[c] = T.CreateTruncating(color[c]);
        var saturation = float.CreateTruncating(Saturation<T>(pixel));
        if (saturation <= most[3])
            return;
        var mean = (color[0] + color[1] + color[2]) / 3;
        for (var c = 0; c < 3; c++)
            pixel[c] = T.CreateTruncating(MathF.Round(mean + (color[c] - mean) * most[3] / saturation));
    }

    static Vector128<float> Floats<T>(ReadOnlySpan<T> rgb, T saturation) where T : unmanaged, IBinaryInteger<T> => Vector128.Create(
        float.CreateTruncating(rgb[0]), float.CreateTruncating(rgb[1]), float.CreateTruncating(rgb[2]), float.CreateTruncating(saturation));

    static T Saturation<T>(ReadOnlySpan<T> rgb) where T : unmanaged, IBinaryInteger<T>
    {
        var (r, g, b) = (rgb[0], rgb[1], rgb[2]);
        return T.Max(r, T.Max(g, b)) - T.Min(r, T.Min(g, b));
    }
}
