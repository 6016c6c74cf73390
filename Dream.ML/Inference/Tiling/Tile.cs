namespace Dream.ML.Inference.Tiling;

/// <summary>
/// A rectangle of the low-resolution image that goes through the network in one piece. Its margins, where it overlaps its
/// neighbors, are cut off or blended.
/// </summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="MarginLeft">Columns shared with the tile to the left.</param>
/// <param name="MarginTop">Rows shared with the tile above.</param>
/// <param name="MarginRight">Columns shared with the tile to the right.</param>
/// <param name="MarginBottom">Rows shared with the tile below.</param>
readonly record struct Tile(
    int Left, int Top, int Width, int Height, int MarginLeft, int MarginTop, int MarginRight, int MarginBottom)
{
    /// <summary>The first column of its own area.</summary>
    internal int OwnLeft => Left + MarginLeft;

    /// <summary>The first row of its own area.</summary>
    internal int OwnTop => Top + MarginTop;

    /// <summary>Columns of its own area.</summary>
    internal int OwnWidth => Width - MarginLeft - MarginRight;

    /// <summary>Rows of its own area.</summary>
    internal int OwnHeight => Height - MarginTop - MarginBottom;

    /// <summary>The same tile, its own area larger by what its margins have of some pixels.</summary>
    internal Tile WithOwn(int pixels) => this with
    {
        MarginLeft = Math.Max(0, MarginLeft - pixels),
        MarginTop = Math.Max(0, MarginTop - pixels),
        MarginRight = Math.Max(0, MarginRight - pixels),
        MarginBottom = Math.Max(0, MarginBottom - pixels),
    };
}
