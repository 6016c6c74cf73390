using System.Numerics;
using System.Numerics.Tensors;
using Dream.ML.Core;
using Dream.ML.Imaging;

namespace Dream.ML.Inference;

/// <summary>
/// Makes an upscaled image agree with the image that it was made from: x̂ += up(LR − down(x̂)) (Irani and Peleg 1991),
/// with bicubic reduction. It works on finished images, not on floats: the same for every division into tiles.
/// </summary>
static class BackProjection
{
    const int Rounds = 2;
    const int Radius = BicubicKernel.Radius;

    // Low-resolution pixels corrected at a time: what bounds the memory beside the image itself.
    const int StripPixels = 1 << 16;

    /// <summary>Corrects the colors of <paramref name="upscaled"/> in place.</summary>
    /// <param name="upscaled">The result, <paramref name="scale"/> times as large as <paramref name="low"/>.</param>
    /// <param name="low">The image that it was made from.</param>
    /// <param name="scale">Output size over input size.</param>
    /// <param name="cancellation">Stops the work.</param>
    internal static void Apply<T>(RgbImage<T> upscaled, RgbImage<T> low, int scale, CancellationToken cancellation)
        where T : unmanaged, IBinaryInteger<T>
    {
        var rows = Math.Max(1, StripPixels / low.Width);
        for (var round = 0; round < Rounds; round++)
        {
            var reduced = BicubicResampler.Resize(upscaled.Colors, low.Width, low.Height);
            for (var top = 0; top < low.Height; top += rows)
            {
                cancellation.ThrowIfCancellationRequested();
                Add(low, reduced, upscaled, top, Math.Min(rows, low.Height - top), scale);
                if (rows < low.Height)
                    NativeHeap.Trim();
            }
        }
    }

    /// <summary>
    /// The same for an image that is larger by any factor, on gray levels: x̂ += up(LR) − up(down(x̂)).
    /// </summary>
    internal static void Apply<T>(RgbImage<T> upscaled, RgbImage<T> low, CancellationToken cancellation) where T : unmanaged, IBinaryInteger<T>
    {
        var (width, height) = (upscaled.Width, upscaled.Height);
        var wanted = BicubicResampler.Resize(low.Colors, width, height);
        for (var round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var found = BicubicResampler.Resize(BicubicResampler.Resize(upscaled.Colors, low.Width, low.Height), width, height);
            for (var i = 0; i < upscaled.Rgb.Length; i++)
                upscaled.Rgb[i] = T.CreateSaturating(int.CreateTruncating(upscaled.Rgb[i]) + int.CreateTruncating(wanted.Rgb[i]) - int.CreateTruncating(found.Rgb[i]));
        }
    }

    static void Add<T>(RgbImage<T> low, RgbImage<T> reduced, RgbImage<T> upscaled, int top, int rows, int scale)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (first, end) = (Math.Max(0, top - Radius), Math.Min(low.Height, top + rows + Radius));
        using var missing = Rows(low, first, end - first);
        using (var found = Rows(reduced, first, end - first))
            TensorPrimitives.Subtract(missing.Values, found.Values, missing.Values);
        using var correction = BicubicInterpolation.Enlarge(missing, scale);
        using var strip = Rows(upscaled, top * scale, rows * scale);
        for (var c = 0; c < 3; c++)
            TensorPrimitives.Add(
                strip.Channel(c), correction.Channel(c).Slice((top - first) * scale * upscaled.Width, strip.Height * strip.Width), strip.Channel(c));
        PixelPlanes.Write(strip.Values, strip.Width, strip.Height, upscaled, 0, top * scale);
    }

    static FeatureMap Rows(IRgbImage image, int top, int rows)
    {
        var map = new FeatureMap(3, rows, image.Width);
        image.Read(0, top, image.Width, rows, map.Values);
        return map;
    }
}
