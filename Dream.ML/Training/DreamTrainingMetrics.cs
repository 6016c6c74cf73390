using System.Globalization;

namespace Dream.ML.Training;

/// <summary>How training stands, as <c>Options.MetricsCallback</c> receives it.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Steps">Updates to do in all.</param>
/// <param name="Loss">Training loss, a running mean over about the last 50 updates.</param>
/// <param name="GradientNorm">Length of the last gradient, before clipping.</param>
/// <param name="LearningRate">Learning rate of the last update.</param>
/// <param name="SkippedSteps">Updates skipped because loss or gradient was not finite.</param>
/// <param name="ImagesPerSecond">Training patches a second, since the start.</param>
/// <param name="Elapsed">Time since the first update began.</param>
/// <param name="Remaining">Estimated time until the last update.</param>
public sealed record DreamTrainingMetrics(
    int Step,
    int Steps,
    double Loss,
    double GradientNorm,
    double LearningRate,
    int SkippedSteps,
    double ImagesPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>PSNR on the validation images; <c>null</c> when no validation was due.</summary>
    public double? ValidationPsnr { get; init; }

    /// <summary>SSIM on the validation images; <c>null</c> when no validation was due.</summary>
    public double? ValidationSsim { get; init; }

    /// <summary>Share of the time, 0 to 1, that the trainer spent waiting for patches.</summary>
    public double WaitingShare { get; init; }

    /// <summary>Passes over the images that are complete.</summary>
    public int Epoch { get; init; }

    /// <summary>One line for a log.</summary>
    public override string ToString()
    {
        var culture = CultureInfo.InvariantCulture;
        var psnr = ValidationPsnr is { } decibels ? string.Create(culture, $", PSNR {decibels:0.00}") : "";
        var ssim = ValidationSsim is { } similarity ? string.Create(culture, $", SSIM {similarity:0.000}") : "";
        return string.Create(
            culture,
            $"step {Step}/{Steps}, loss {Loss:0.0000}{psnr}{ssim}, learning rate {LearningRate:0.0e+0}, " +
            $"{ImagesPerSecond:0} images/s, {Remaining:hh\\:mm\\:ss} left");
    }
}
