using Dream.ML.Imaging;

namespace Dream.ML.Training.Feeding;

/// <summary>A high-resolution image and its low-resolution counterpart; the sizes differ by exactly the scale.</summary>
sealed record TrainingPair(RgbImage Low, RgbImage High)
{
    /// <summary>Crops to a multiple of the scale and reduces by antialiased bicubic interpolation.</summary>
    internal static TrainingPair FromHighResolution(RgbImage image, int scale)
    {
        var (width, height) = (image.Width / scale, image.Height / scale);
        // Transparency plays no part in training: colours are taken as they are.
        var high = image.CropColours(0, 0, width * scale, height * scale);
        return new(BicubicResampler.Resize(high, width, height), high);
    }
}
