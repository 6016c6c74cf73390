namespace Dream.ML.Inference.Tiling;

/// <summary>Divides an image into tiles, row by row, each with the overlap that its network needs.</summary>
static class TileGrid
{
    /// <summary>Tiles that cover the image.</summary>
    /// <inheritdoc cref="Divide(int, int, int, int, int, int)"/>
    internal static IEnumerable<Tile> Divide(int width, int height, int side, int margin) =>
        Divide(width, height, 0, height, side, margin);

    /// <summary>Tiles whose own areas cover some rows of the image, one across where it is narrow enough.</summary>
    /// <param name="width">Width of the low-resolution image.</param>
    /// <param name="height">Height of the low-resolution image.</param>
    /// <param name="top">First row to cover.</param>
    /// <param name="bottom">Row to stop at.</param>
    /// <param name="side">Longest side of a tile that has neighbors, margins included.</param>
    /// <param name="margin">Pixels that a tile reaches beyond its own area, as far as the image goes.</param>
    internal static IEnumerable<Tile> Divide(int width, int height, int top, int bottom, int side, int margin)
    {
        foreach (var (y, tileHeight, above, below) in Spans(height, top, bottom, side, margin))
            foreach (var (x, tileWidth, before, after) in Spans(width, 0, width, side, margin))
                yield return new(x, y, tileWidth, tileHeight, before, above, after, below);
    }

    static IEnumerable<(int Start, int Length, int Before, int After)> Spans(int length, int from, int to, int side, int margin)
    {
        var own = to - from <= side ? side : side - 2 * margin;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(own, nameof(margin));
        // Equal shares: no sliver at the end.
        var count = (to - from + own - 1) / own;
        return Enumerable.Range(0, count).Select(i =>
        {
            var (start, end) = (Share(i), Share(i + 1));
            var (before, after) = (Math.Min(margin, start), Math.Min(margin, length - end));
            return (start - before, end - start + before + after, before, after);
        });

        int Share(int i) => from + (int)((long)(to - from) * i / count);
    }
}
