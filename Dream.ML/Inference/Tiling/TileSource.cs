using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference.Sampling;

namespace Dream.ML.Inference.Tiling;

/// <summary>An image and its noise, a part at a time.</summary>
/// <param name="image">The image.</param>
/// <param name="noise">Its noise.</param>
sealed class TileSource(IRgbImage image, NoiseField noise)
{
    internal int Width => image.Width;

    internal int Height => image.Height;

    /// <summary>Where the image lies in a larger one that the noise belongs to, and that one's size; in low-resolution pixels.</summary>
    internal (int Left, int Top, int Width, int Height) Field { get; init; } = (0, 0, image.Width, image.Height);

    /// <summary>A part of the image, (3, height, width) in [−1, 1]; (4, height, width) where it has a mask.</summary>
    internal FeatureMap Read(int left, int top, int width, int height)
    {
        var part = new FeatureMap(image.Holes is null ? 3 : 4, height, width);
        image.Read(left, top, width, height, part.Slice(0, 3).Values);
        for (var y = 0; image.Holes is { } holes && y < height; y++)
            for (var x = 0; x < width; x++)
                part.Row(3, y)[x] = holes[(top + y) * Width + left + x] ? -1 : 1;
        return part;
    }

    /// <summary>The noise of a tile, <paramref name="scale"/> times its size.</summary>
    internal FeatureMap Noise(int draw, Tile tile, int channels, int scale)
    {
        var part = new FeatureMap(channels, tile.Height * scale, tile.Width * scale);
        noise.Cut(draw, Field.Width * scale, Field.Height * scale, (Field.Left + tile.Left) * scale, (Field.Top + tile.Top) * scale, part);
        return part;
    }
}
