namespace Dream.ML.Imaging;

/// <summary>Antialiased bicubic resizing of 8-bit images, equal to Pillow's or MATLAB's.</summary>
static class BicubicResampler
{
    /// <summary>
    /// Resizes an image; at an unchanged size the result is the image itself. Colors are mixed premultiplied, so that
    /// invisible ones do not bleed into edges.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    internal static RgbImage Resize(
        RgbImage image, int width, int height, BicubicConvention convention = BicubicConvention.Pillow)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if ((width, height) == (image.Width, image.Height))
            return image;
        if (image.Alpha is not { } alpha)
            return new(width, height, Resample(image, image.Rgb, width, height, convention));

        var premultiplied = new byte[image.Rgb.Length];
        for (int i = 0; i < premultiplied.Length; i++)
            premultiplied[i] = Premultiplication.Multiply(image.Rgb[i], alpha[i / 3]);
        var rgb = Resample(image, premultiplied, width, height, convention);
        alpha = Resample(image, alpha, width, height, convention);
        Premultiplication.Divide(rgb, alpha);
        return new(width, height, rgb, alpha);
    }

    /// <summary>Resizes the opacity of an image that has one.</summary>
    internal static byte[] ResizeAlpha(RgbImage image, int width, int height) =>
        Resample(image, image.Alpha!, width, height, BicubicConvention.Pillow);

    static byte[] Resample(RgbImage image, byte[] samples, int width, int height, BicubicConvention convention)
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

    static byte[] ResampleAxis(byte[] samples, int inner, int from, int to, BicubicConvention convention) =>
        from == to ? samples : AxisWeights.Bicubic(from, to, convention).Mix(samples, inner);
}
