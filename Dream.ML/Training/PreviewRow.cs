namespace Dream.ML.Training;

/// <summary>One photo as the network sees, makes and should make it.</summary>
/// <param name="Name">Which photo.</param>
/// <param name="Input">The low-resolution image.</param>
/// <param name="Bicubic">The input, enlarged by interpolation.</param>
/// <param name="Sample">The input, enlarged by the network.</param>
/// <param name="Original">The high-resolution image.</param>
sealed record PreviewRow(string Name, RgbImage Input, RgbImage Bicubic, RgbImage Sample, RgbImage Original)
{
    internal static readonly IReadOnlyList<string> Columns = ["input", "bicubic", "sample", "original"];

    const int MaxPixels = 192;

    /// <summary>
    /// The four images side by side, in the order of <see cref="Columns"/>. Of a large photo it shows the middle, since
    /// shrinking would hide what the network adds.
    /// </summary>
    internal RgbImage ToStrip()
    {
        var (width, height) = (Math.Min(MaxPixels, Original.Width), Math.Min(MaxPixels, Original.Height));
        var (left, top) = ((Original.Width - width) / 2, (Original.Height - height) / 2);
        RgbImage[] images = [Input, Bicubic, Sample, Original];
        var rgb = new byte[3 * width * images.Length * height];
        var target = 0;
        for (var y = top; y < top + height; y++)
            foreach (var image in images)
                for (var x = left; x < left + width; x++, target += 3)
                {
                    var (sourceX, sourceY) = (x * image.Width / Original.Width, y * image.Height / Original.Height);
                    image.Rgb.AsSpan(3 * (sourceY * image.Width + sourceX), 3).CopyTo(rgb.AsSpan(target));
                }
        return new(width * images.Length, height, rgb);
    }
}
