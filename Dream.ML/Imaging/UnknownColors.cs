using System.Numerics;

namespace Dream.ML.Imaging;

/// <summary>
/// Gives pixels whose colors mean nothing, because they are fully transparent or holes, the colors of what is known around
/// them: otherwise interpolation and networks would mix them into edges.
/// </summary>
static class UnknownColors
{
    // At every level: holes then nearly solve Laplace's equation, which more rounds hardly improve.
    const int SmoothingRounds = 8;

    /// <summary>The image with its unknown colors filled in; itself where there are none. Nothing remains of what was there.</summary>
    internal static RgbImage<T> Fill<T>(RgbImage<T> image) where T : unmanaged, IBinaryInteger<T>
    {
        var (alpha, holes) = (image.Alpha, image.Holes);
        if (holes is null && alpha?.Contains(T.Zero) is not true)
            return image;
        var known = new bool[image.Width * image.Height];
        for (var i = 0; i < known.Length; i++)
            known[i] = holes?[i] is not true && (alpha is null || alpha[i] > T.Zero);
        // Where nothing is visible, its colors are all there is.
        if (!known.Contains(true))
            known = Array.ConvertAll(holes ?? new bool[known.Length], hole => !hole);
        if (!known.Contains(false))
            return image;
        var rgb = (T[])image.Rgb.Clone();
        Fill(rgb, known, image.Width, image.Height, holes is null ? 0 : SmoothingRounds);
        return new(image.Width, image.Height, rgb, alpha) { Holes = holes };
    }

    // Pull and push (Gortler et al. 1996): unknown pixels take the mean color of the known ones, found at the next
    // coarser level. In holes, which are seen, steps between them are then smoothed.
    static void Fill<T>(T[] rgb, bool[] known, int width, int height, int smoothingRounds) where T : unmanaged, IBinaryInteger<T>
    {
        if (!known.Contains(false))
            return;
        var (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2);
        var (sums, counts) = (new int[3 * halfWidth * halfHeight], new int[halfWidth * halfHeight]);
        for (var i = 0; i < known.Length; i++)
            if (known[i])
            {
                var half = Half(i);
                counts[half]++;
                for (var c = 0; c < 3; c++)
                    sums[3 * half + c] += int.CreateTruncating(rgb[3 * i + c]);
            }

        var coarse = new T[sums.Length];
        for (var i = 0; i < coarse.Length; i++)
            coarse[i] = T.CreateTruncating((sums[i] + counts[i / 3] / 2) / Math.Max(1, counts[i / 3]));
        Fill(coarse, Array.ConvertAll(counts, count => count > 0), halfWidth, halfHeight, smoothingRounds);

        for (var i = 0; i < known.Length; i++)
            if (!known[i])
                coarse.AsSpan(3 * Half(i), 3).CopyTo(rgb.AsSpan(3 * i));
        for (var round = 0; round < smoothingRounds; round++)
            for (var i = 0; i < known.Length; i++)
                if (!known[i])
                    Smooth(rgb, i, width, height);

        int Half(int i) => i / width / 2 * halfWidth + i % width / 2;
    }

    /// <summary>Makes a pixel the mean of its neighbors; beyond the border lies the pixel itself.</summary>
    static void Smooth<T>(T[] rgb, int i, int width, int height) where T : unmanaged, IBinaryInteger<T>
    {
        var (y, x) = Math.DivRem(i, width);
        var (left, right) = (x > 0 ? i - 1 : i, x + 1 < width ? i + 1 : i);
        var (above, below) = (y > 0 ? i - width : i, y + 1 < height ? i + width : i);
        for (var c = 0; c < 3; c++)
            rgb[3 * i + c] = T.CreateTruncating((Sample(left, c) + Sample(right, c) + Sample(above, c) + Sample(below, c) + 2) / 4);

        int Sample(int pixel, int c) => int.CreateTruncating(rgb[3 * pixel + c]);
    }
}
