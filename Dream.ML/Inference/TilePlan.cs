namespace Dream.ML.Inference;

/// <summary>Divides an image into tiles, row by row, each with the overlap that its network needs.</summary>
static class TilePlan
{
    /// <summary>Tiles that cover the image; one tile without margins when it is small enough.</summary>
    /// <param name="width">Width of the low-resolution image.</param>
    /// <param name="height">Height of the low-resolution image.</param>
    /// <param name="side">Longest side of a tile, margins included.</param>
    /// <param name="margin">Pixels that a tile reaches beyond its own area, on sides where it has a neighbour.</param>
    internal static IEnumerable<Tile> Divide(int width, int height, int side, int margin)
    {
        foreach (var (top, tileHeight, above, below) in Spans(height, side, margin))
            foreach (var (left, tileWidth, before, after) in Spans(width, side, margin))
                yield return new(left, top, tileWidth, tileHeight, before, above, after, below);
    }

    static IEnumerable<(int Start, int Length, int Before, int After)> Spans(int length, int side, int margin)
    {
        if (length <= side)
            return [(0, length, 0, 0)];
        var own = side - 2 * margin;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(own, nameof(margin));
        // Equal shares: no sliver at the end.
        var count = (length + own - 1) / own;
        return Enumerable.Range(0, count).Select(i =>
        {
            var (start, end) = ((int)((long)length * i / count), (int)((long)length * (i + 1) / count));
            var (before, after) = (Math.Min(margin, start), Math.Min(margin, length - end));
            return (start - before, end - start + before + after, before, after);
        });
    }
}
