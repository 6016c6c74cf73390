using System.Numerics;
using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference.Sampling;
using Dream.ML.Networks.Engines;

namespace Dream.ML.Inference.Tiling;

/// <summary>
/// Upscales with a network that looks at the whole image: large ones in tiles small enough for attention, which differ where
/// they meet and are blended there. An approximation.
/// </summary>
sealed class OverlappingTiling<T>(INetworkEngine engine, SamplingSettings settings, RgbImage<T> image, CancellationToken cancellation)
    where T : unmanaged, IBinaryInteger<T>
{
    // Low-resolution pixels. Attention grows with the square of a tile's area.
    const int Side = 64;
    const int Margin = 8;

    /// <summary>Writes the result, <see cref="Networks.NetworkTraits.Scale"/> times as large as the image.</summary>
    /// <param name="result">Receives it.</param>
    /// <param name="report">Told the tiles that are finished, and how many there are.</param>
    internal void Run(RgbImage<T> result, Action<long, long>? report)
    {
        var noise = new NoiseField(settings.Seed!.Value, image);
        var tiles = TileGrid.Divide(image.Width, image.Height, Side, Margin).ToList();
        for (var i = 0; i < tiles.Count; i++)
        {
            var tile = tiles[i];
            var source = new TileSource(Extend(image.CropColors(tile.Left, tile.Top, tile.Width, tile.Height)), noise)
            {
                Field = (tile.Left, tile.Top, RoundUp(image.Width), RoundUp(image.Height)),
            };
            using var whole = new ExactTiling(
                engine, settings, source, Math.Max(source.Width, source.Height), (_, upscaled) => Blend(upscaled, result, tile, engine.Traits.Scale), cancellation);
            whole.Run(report: null);
            report?.Invoke(i + 1, tiles.Count);
        }
    }

    /// <summary>Repeats the last row and column until both sides are what the network can divide.</summary>
    RgbImage<T> Extend(RgbImage<T> tile)
    {
        var (width, height) = (RoundUp(tile.Width), RoundUp(tile.Height));
        if ((width, height) == (tile.Width, tile.Height))
            return tile;
        var rgb = new T[3 * width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                tile.Rgb.AsSpan(3 * (Math.Min(y, tile.Height - 1) * tile.Width + Math.Min(x, tile.Width - 1)), 3).CopyTo(rgb.AsSpan(3 * (y * width + x)));
        return new(width, height, rgb);
    }

    int RoundUp(int size) => (size + engine.Traits.SizeMultiple - 1) / engine.Traits.SizeMultiple * engine.Traits.SizeMultiple;

    /// <summary>Writes the whole tile, fading over what the tiles to the left and above left in the shared area.</summary>
    internal static void Blend(FeatureMap extended, RgbImage<T> result, Tile tile, int scale)
    {
        var (width, height) = (tile.Width * scale, tile.Height * scale);
        using var upscaled = extended.Crop(0, 0, width, height);
        using var before = new FeatureMap(3, height, width);
        PixelPlanes.Read(result, tile.Left * scale, tile.Top * scale, width, height, before.Values);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                // The neighbor reaches as far in here as this tile reaches out there.
                var above = Ramp(y, 2 * tile.MarginTop * scale);
                var (left, right) = (Ramp(x, 2 * tile.MarginLeft * scale), Ramp(width - 1 - x, 2 * tile.MarginRight * scale));
                // A tile's share is the product of its ramps; here it is taken of the shares of all tiles so far.
                var share = above * left * right / (1 - above + above * right);
                for (var c = 0; c < 3; c++)
                {
                    ref var value = ref upscaled.Row(c, y)[x];
                    value = float.Lerp(before.Row(c, y)[x], Math.Clamp(value, -1, 1), share);
                }
            }
        PixelPlanes.Write(upscaled.Values, width, height, result, tile.Left * scale, tile.Top * scale);
    }

    // 0 → 1 over the overlap, then 1.
    static float Ramp(int position, int overlap) => overlap == 0 ? 1 : Math.Clamp((position + 0.5f) / overlap, 0, 1);
}
