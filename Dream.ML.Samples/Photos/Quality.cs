using Microsoft.ML.Data;

namespace Dream.ML.Samples.Photos;

/// <summary>How close an upscaled photo is to its original, over all pixels and colors.</summary>
sealed record Quality(double Psnr, double Ssim)
{
    internal static Quality Of(MLImage image, MLImage original) => new(
        PeakSignalToNoiseRatio.Compute(image, original, MetricConvention.Paper),
        StructuralSimilarity.Compute(image, original, MetricConvention.Paper));

    internal static Quality Mean(IEnumerable<Quality> all)
    {
        var list = all.ToList();
        return new(list.Average(quality => quality.Psnr), list.Average(quality => quality.Ssim));
    }
}
