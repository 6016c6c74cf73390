namespace Dream.ML;

/// <summary>The measures of one upscaled image, or a statistic of them over many.</summary>
/// <param name="Psnr">Peak signal-to-noise ratio in dB; higher is better, +∞ for equal images.</param>
/// <param name="Ssim">Structural similarity, −1 to 1; higher is better.</param>
/// <param name="MsSsim">
/// Multi-scale structural similarity, 0 to 1; higher is better. <c>null</c> where a side is shorter than 176 pixels after
/// cropping.
/// </param>
/// <param name="SharpnessRatio">
/// Total variation over that of the reference; 1 is as sharp, less is blurred. <c>null</c> where the reference is flat.
/// </param>
/// <param name="Niqe">
/// Distance from natural statistics; lower is better, comparable only under one
/// <see cref="SuperResolutionEvaluationOptions.NiqeModel"/>. <c>null</c> where the image has fewer than two patches of 96×96
/// pixels that are not flat.
/// </param>
/// <param name="Consistency">
/// 10⁵ · mean squared error of the image, reduced again, against its input; lower is better. <c>null</c> without
/// <see cref="SuperResolutionEvaluationOptions.LowResolutionColumnName"/>.
/// </param>
/// <param name="FeatureDistance">
/// 1 − cosine similarity of features, 0 to 2; lower is better. <c>null</c> without
/// <see cref="SuperResolutionEvaluationOptions.FeatureNetwork"/>.
/// </param>
/// <param name="Lpips">
/// LPIPS, 0 or more; lower is better. <c>null</c> without <see cref="SuperResolutionEvaluationOptions.Lpips"/>.
/// </param>
public sealed record ImageQuality(
    double Psnr,
    double Ssim,
    double? MsSsim,
    double? SharpnessRatio,
    double? Niqe,
    double? Consistency,
    double? FeatureDistance,
    double? Lpips)
{
    /// <summary>A statistic of each measure, over the images that have it; <c>null</c> where none does.</summary>
    internal static ImageQuality Over(IReadOnlyList<ImageQuality> images, Func<IReadOnlyList<double>, double> statistic)
    {
        return new(
            Of(q => q.Psnr)!.Value, Of(q => q.Ssim)!.Value, Of(q => q.MsSsim), Of(q => q.SharpnessRatio),
            Of(q => q.Niqe), Of(q => q.Consistency), Of(q => q.FeatureDistance), Of(q => q.Lpips));

        double? Of(Func<ImageQuality, double?> measure)
        {
            var values = images.Select(measure).OfType<double>().ToList();
            return values.Count == 0 ? null : statistic(values);
        }
    }
}
