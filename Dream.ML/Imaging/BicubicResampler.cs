using System.Numerics;

namespace Dream.ML.Imaging;

/// <summary>Antialiased bicubic resizing; of 8-bit images equal to Pillow's or MATLAB's.</summary>
static class BicubicResampler
{
    /// <summary>
    /// Resizes an image; at an unchanged size the result is the image itself. Colors are mixed premultiplied, so that
    /// invisible ones do not bleed into edges.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    internal static RgbImage<T> Resize<T>(
        RgbImage<T> image, int width, int height, BicubicConvention convention = BicubicConvention.Pillow)
        where T : unmanaged, IBinaryInteger<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if ((width, height) == (image.Width, image.Height))
            return image;
        return Mixed(image, width, height, samples => Resample(image, samples, width, height, convention));
    }

    /// <summary>
    /// Enlarges an image by a factor of which the sides are the result, rounded up: what lies beyond the image repeats its border.
    /// </summary>
    internal static RgbImage<T> Stretch<T>(RgbImage<T> image, double factor, int width, int height) where T : unmanaged, IBinaryInteger<T>
    {
        var (columns, rows) = (AxisWeights.Bicubic(image.Width, width, factor), AxisWeights.Bicubic(image.Height, height, factor));
        return Mixed(image, width, height, samples =>
        {
            int channels = samples.Length / (image.Width * image.Height);
            return rows.Mix(columns.Mix(samples, channels), width * channels);
        });
    }

    static RgbImage<T> Mixed<T>(RgbImage<T> image, int width, int height, Func<T[], T[]> mix) where T : unmanaged, IBinaryInteger<T>
    {
        if (image.Alpha is not { } alpha)
            return new(width, height, mix(image.Rgb));
        var premultiplied = new T[image.Rgb.Length];
        for (int i = 0; i < premultiplied.Length; i++)
            premultiplied[i] = Premultiplication.Multiply(image.Rgb[i], alpha[i / 3]);
        var rgb = mix(premultiplied);
        alpha = mix(alpha);
        Premultiplication.Divide(rgb, alpha);
        return new(width, height, rgb, alpha);
    }

    /// <summary>Resizes the opacity of an image that has one.</summary>
    internal static T[] ResizeAlpha<T>(RgbImage<T> image, int width, int height) where T : unmanaged, IBinaryInteger<T> =>
        Resample(image, image.Alpha!, width, height, BicubicConvention.Pillow);

    static T[] Resample<T>(RgbImage<T> image, T[] samples, int width, int height, BicubicConvention convention)
        where T : unmanaged, IBinaryInteger<T>
    {
        int channels = samples.Length / (image.Width * image.Height);
        // MATLAB starts with the smallest scale, and with the vertical axis where both are equal.
        bool verticalFirst = convention == BicubicConvention.Matlab
            && (long)height * image.Width <= (long)width * image.Height;
        if (verticalFirst)
            samples = ResampleAxis(samples, image.Width * channels, image.Height, height, convention);
        samples = ResampleAxis(samples, channels, image.Width, width, convention);
        return verticalFirst ? samples : ResampleAxis(samples, width * channels, image.Height, height, convention);
    }

    static T[] ResampleAxis<T>(T[] samples, int inner, int from, int to, BicubicConvention convention)
        where T : unmanaged, IBinaryInteger<T> =>
        from == to ? samples : AxisWeights.Bicubic(from, to, convention).Mix(samples, inner);
}
