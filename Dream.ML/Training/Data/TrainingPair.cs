using Dream.ML.Imaging.Degradation;

namespace Dream.ML.Training.Data;

/// <summary>A high-resolution image and its low-resolution counterpart; the sizes differ by exactly the scale.</summary>
sealed record TrainingPair(RgbImage Low, RgbImage High)
{
    /// <summary>Crops to a multiple of the scale, and degrades; what is random follows from the key.</summary>
    internal static TrainingPair FromHighResolution(RgbImage image, int scale, ImageDegrader degrader, ulong key)
    {
        // Transparency plays no part in training: colors are taken as they are.
        var high = image.CropColors(0, 0, image.Width / scale * scale, image.Height / scale * scale);
        return new(degrader.Degrade(high, scale, key), high);
    }
}
