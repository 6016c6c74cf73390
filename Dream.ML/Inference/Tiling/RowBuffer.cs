using static TorchSharp.torch;

namespace Dream.ML.Inference.Tiling;

/// <summary>
/// Something computed for an image from top to bottom, of which only the rows still needed are in memory, the channels of a
/// pixel side by side.
/// </summary>
sealed class RowBuffer(int batch, int channels, int width, Device device) : IDisposable
{
    Tensor _values = empty([batch, 0, width, channels], device: device).permute(0, 3, 1, 2).DetachFromDisposeScope(); // (B, C, rows, W)
    int _top;

    /// <summary>The row to go on with.</summary>
    internal int End => _top + (int)_values.shape[2];

    /// <summary>Makes room for more rows, and forgets those above <paramref name="top"/>.</summary>
    internal void Move(int top, int end)
    {
        using var scope = NewDisposeScope();
        top = Math.Clamp(top, _top, End);
        // The few rows that stay are copied out first: never are there two bands.
        var kept = _values[.., .., (top - _top)..].clone();
        _values.Dispose();
        _values = empty([batch, end - top, width, channels], device: device).permute(0, 3, 1, 2).DetachFromDisposeScope();
        _values[.., .., ..(int)kept.shape[2]].copy_(kept);
        _top = top;
    }

    /// <summary>The values of a tile, margins included, not copied: (B, C, height, width).</summary>
    internal Tensor Whole(Tile tile) => Cut(tile.Left, tile.Top, tile.Width, tile.Height);

    /// <summary>The values of a tile's own area, not copied: (B, C, height, width).</summary>
    internal Tensor Own(Tile tile) => Cut(tile.OwnLeft, tile.OwnTop, tile.OwnWidth, tile.OwnHeight);

    Tensor Cut(int left, int top, int width, int height) =>
        _values[.., .., (top - _top)..(top - _top + height), left..(left + width)];

    public void Dispose() => _values.Dispose();
}
