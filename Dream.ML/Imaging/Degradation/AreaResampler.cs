using Dream.ML.Core;

namespace Dream.ML.Imaging.Degradation;

/// <summary>Resizes by the mean over the area that each new pixel covers, rounded once, half up.</summary>
static class AreaResampler
{
    internal static RgbImage Resize(RgbImage image, int width, int height)
    {
        var (columns, rows) = (Overlaps(image.Width, width), Overlaps(image.Height, height));
        double area = (double)image.Width / width * image.Height / height;
        var rgb = new byte[3 * width * height];
        AllCores.For(height, y =>
        {
            var (top, heights) = rows[y];
            for (int i = 0; i < 3 * width; i++)
            {
                var (x, channel) = Math.DivRem(i, 3);
                var (left, widths) = columns[x];
                double sum = 0;
                for (int v = 0; v < heights.Length; v++)
                    for (int u = 0; u < widths.Length; u++)
                        sum += heights[v] * widths[u] * image.Rgb[3 * ((top + v) * image.Width + left + u) + channel];
                rgb[3 * width * y + i] = (byte)(sum / area + 0.5);
            }
        });
        return new(width, height, rgb);
    }

    /// <summary>Which samples of an axis each new one covers, and how much of them.</summary>
    static (int First, double[] Lengths)[] Overlaps(int from, int to) => [.. Enumerable.Range(0, to).Select(i =>
    {
        double start = (double)i * from / to, end = (i + 1.0) * from / to;
        int first = (int)start;
        return (first, Enumerable.Range(first, (int)Math.Ceiling(end) - first)
            .Select(sample => Math.Min(end, sample + 1) - Math.Max(start, sample)).ToArray());
    })];
}
