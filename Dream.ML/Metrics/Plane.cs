namespace Dream.ML.Metrics;

/// <summary>Single channels of images as rows of numbers.</summary>
static class Plane
{
    /// <summary>The samples of a channel, or the luma where none is named, without a border at the left and the top.</summary>
    internal static double[] Of(RgbImage image, int? channel, int border, int width, int height)
    {
        var plane = new double[width * height];
        for (int i = 0, y = 0; y < height; y++)
        {
            int at = ((y + border) * image.Width + border) * 3;
            for (int x = 0; x < width; x++, at += 3)
                plane[i++] = channel is { } c ? image.Rgb[at + c] : Luma(image.Rgb.AsSpan(at, 3));
        }
        return plane;
    }

    /// <summary>Means of 2×2 samples: (h, w) → (⌈h/2⌉, ⌈w/2⌉); the last row and column repeat where sizes are odd.</summary>
    internal static double[] Halve(double[] plane, int width)
    {
        int height = plane.Length / width, halfWidth = (width + 1) / 2;
        var half = new double[halfWidth * ((height + 1) / 2)];
        for (int i = 0; i < half.Length; i++)
        {
            int x = 2 * (i % halfWidth), right = Math.Min(x + 1, width - 1);
            int y = 2 * (i / halfWidth), below = Math.Min(y + 1, height - 1);
            half[i] = (plane[y * width + x] + plane[y * width + right]
                + plane[below * width + x] + plane[below * width + right]) / 4;
        }
        return half;
    }

    /// <summary>(h, w) → (h + 2 margin, w + 2 margin), the border repeated outwards.</summary>
    internal static double[] Pad(double[] plane, int width, int margin)
    {
        int height = plane.Length / width, padWidth = width + 2 * margin;
        var padded = new double[padWidth * (height + 2 * margin)];
        for (int i = 0; i < padded.Length; i++)
            padded[i] = plane[Math.Clamp(i / padWidth - margin, 0, height - 1) * width
                + Math.Clamp(i % padWidth - margin, 0, width - 1)];
        return padded;
    }

    // ITU-R BT.601 luma in studio swing, to 8 bits as MATLAB's rgb2ycbcr gives it for 8-bit images.
    static double Luma(ReadOnlySpan<byte> rgb) => Math.Round(16 + (65.481 * rgb[0] + 128.553 * rgb[1] + 24.966 * rgb[2]) / 255);
}
