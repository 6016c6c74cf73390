using Dream.ML.Imaging;

namespace Dream.ML.Training;

/// <summary>A high-resolution image and its low-resolution counterpart; the sizes differ by exactly the scale.</summary>
sealed record TrainingPair(RgbImage Low, RgbImage High)
{
    /// <summary>Crops to a multiple of the scale and reduces by antialiased bicubic interpolation.</summary>
    internal static TrainingPair FromHighResolution(RgbImage image, int scale)
    {
        var (width, height) = (image.Width / scale, image.Height / scale);
        var high = Crop(image, width * scale, height * scale);
        return new(BicubicResampler.Resize(high, width, height), high);
    }

    // Transparency plays no part in training: colours are taken as they are.
    static RgbImage Crop(RgbImage image, int width, int height)
    {
        if ((width, height) == (image.Width, image.Height) && image.Alpha is null)
            return image;
        var rgb = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
            image.Rgb.AsSpan(3 * y * image.Width, 3 * width).CopyTo(rgb.AsSpan(3 * y * width));
        return new(width, height, rgb);
    }
}
