using Dream.ML.Core;

namespace Dream.ML.Inference.Tiling;

/// <summary>Something computed for an image from top to bottom, of which only the rows still needed are in memory.</summary>
/// <param name="channels">Its channels.</param>
/// <param name="width">Width of the low-resolution image; all places are given in its pixels.</param>
/// <param name="scale">Its width over that of the low-resolution image.</param>
sealed class RowBuffer(int channels, int width, int scale) : IDisposable
{
    FeatureMap _values = new(channels, 0, width * scale);
    int _top;

    /// <summary>The row to continue with.</summary>
    internal int End => _top + _values.Height / scale;

    /// <summary>Makes room for more rows, and forgets those above <paramref name="top"/>.</summary>
    internal void Move(int top, int end)
    {
        top = Math.Clamp(top, _top, End);
        // The few rows that stay are copied out first: never are there two buffers.
        using var kept = _values.Crop(0, (top - _top) * scale, _values.Width, (End - top) * scale);
        _values.Dispose();
        _values = new(channels, (end - top) * scale, width * scale);
        _values.Paste(kept, 0, 0, kept.Width, kept.Height, 0, 0);
        _top = top;
    }

    /// <summary>Keeps what was computed for a tile, without the tile's margins.</summary>
    internal void Write(Tile tile, FeatureMap computed) => _values.Paste(
        computed, tile.MarginLeft * scale, tile.MarginTop * scale, tile.OwnWidth * scale, tile.OwnHeight * scale,
        tile.OwnLeft * scale, (tile.OwnTop - _top) * scale);

    /// <summary>Some channels of a tile, margins included.</summary>
    internal FeatureMap Whole(Tile tile, int first, int count) => Cut(tile.Left, tile.Top, tile.Width, tile.Height, first, count);

    /// <summary>Some channels of a tile's own area.</summary>
    internal FeatureMap Own(Tile tile, int first, int count) => Cut(tile.OwnLeft, tile.OwnTop, tile.OwnWidth, tile.OwnHeight, first, count);

    // All of the rows are not copied.
    FeatureMap Cut(int left, int top, int width, int height, int first, int count) =>
        (width * scale, height * scale) == (_values.Width, _values.Height)
            ? _values.Slice(first, count)
            : _values.Slice(first, count).Crop(left * scale, (top - _top) * scale, width * scale, height * scale);

    public void Dispose() => _values.Dispose();
}
