namespace Dream.ML;

/// <summary>The measures of one upscaled image, or a statistic of them over many.</summary>
public sealed record ImageQuality
{
    /// <summary>Peak signal-to-noise ratio in dB; higher is better, +∞ for equal images.</summary>
    public double Psnr { get; init; }

    /// <summary>Structural similarity, −1 to 1; higher is better.</summary>
    public double Ssim { get; init; }

    /// <summary>Multi-scale structural similarity, 0 to 1; higher is better.</summary>
    /// <value><c>null</c> where a side is shorter than 176 pixels after cropping.</value>
    public double? MsSsim { get; init; }

    /// <summary>Total variation over that of the reference; 1 is as sharp, less is blurred.</summary>
    /// <value><c>null</c> where the reference is flat.</value>
    public double? SharpnessRatio { get; init; }

    /// <summary>
    /// Distance from natural statistics; lower is better, comparable only under one
    /// <see cref="SuperResolutionEvaluationOptions.NiqeModel"/>.
    /// </summary>
    /// <value><c>null</c> where the image has fewer than two patches of 96×96 pixels that are not flat.</value>
    public double? Niqe { get; init; }

    /// <summary>10⁵ · mean squared error of the image, reduced again, against its input; lower is better.</summary>
    /// <value><c>null</c> without <see cref="SuperResolutionEvaluationOptions.LowResolutionColumnName"/>.</value>
    public double? Consistency { get; init; }

    /// <summary>1 − cosine similarity of features, 0 to 2; lower is better.</summary>
    /// <value><c>null</c> without <see cref="SuperResolutionEvaluationOptions.FeatureNetwork"/>.</value>
    public double? FeatureDistance { get; init; }

    /// <summary>LPIPS, 0 or more; lower is better.</summary>
    /// <value><c>null</c> without <see cref="SuperResolutionEvaluationOptions.Lpips"/>.</value>
    public double? Lpips { get; init; }

    /// <summary>A statistic of each measure, over the images that have it; <c>null</c> where none does.</summary>
    internal static ImageQuality Over(IReadOnlyList<ImageQuality> images, Func<IReadOnlyList<double>, double> statistic)
    {
        return new()
        {
            Psnr = Of(q => q.Psnr)!.Value,
            Ssim = Of(q => q.Ssim)!.Value,
            MsSsim = Of(q => q.MsSsim),
            SharpnessRatio = Of(q => q.SharpnessRatio),
            Niqe = Of(q => q.Niqe),
            Consistency = Of(q => q.Consistency),
            FeatureDistance = Of(q => q.FeatureDistance),
            Lpips = Of(q => q.Lpips),
        };

        double? Of(Func<ImageQuality, double?> measure)
        {
            var values = images.Select(measure).OfType<double>().ToList();
            return values.Count == 0 ? null : statistic(values);
        }
    }
}
