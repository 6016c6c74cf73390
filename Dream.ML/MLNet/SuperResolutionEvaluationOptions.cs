namespace Dream.ML;

/// <summary>What else <c>EvaluateSuperResolution</c> measures, and how.</summary>
public sealed class SuperResolutionEvaluationOptions
{
    /// <summary>
    /// Which samples PSNR, SSIM, MS-SSIM and the sharpness ratio compare. <see cref="MetricConvention.Paper"/> (all pixels,
    /// red, green and blue) by default, as SR3 and DREAM; tables of Set5 and the like are made with
    /// <see cref="MetricConvention.Benchmark(int)"/> (luma, a border as wide as the scale left out).
    /// </summary>
    public MetricConvention Convention { get; init; } = MetricConvention.Paper;

    /// <summary>The images that were upscaled, to measure consistency with; not measured when <c>null</c>.</summary>
    public string? LowResolutionColumnName { get; init; }

    /// <summary>A network whose features are compared; none when <c>null</c>.</summary>
    public FeatureNetwork? FeatureNetwork { get; init; }

    /// <summary>LPIPS with weights of the user's; stays the caller's. Not measured when <c>null</c>.</summary>
    public Lpips? Lpips { get; init; }

    /// <summary>What NIQE compares with; <see cref="NiqeModel.Default"/> by default. Not measured when <c>null</c>.</summary>
    public NiqeModel? NiqeModel { get; init; } = NiqeModel.Default;
}
