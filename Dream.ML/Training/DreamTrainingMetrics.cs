using System.Globalization;

namespace Dream.ML;

/// <summary>How training stands, as <see cref="DreamSuperResolutionEstimator.Options.MetricsCallback"/> receives it.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Steps">Updates to do in all.</param>
/// <param name="Loss">Training loss, a running mean over about the last 50 updates: the sum of the two below.</param>
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
    /// <summary>Loss of the initial prediction, which pretraining learns alone; 0 for networks that make none.</summary>
    public double PredictionLoss { get; init; }

    /// <summary>Loss of the diffusion, which comes after pretraining; 0 until then.</summary>
    public double DiffusionLoss { get; init; }

    /// <summary>
    /// Whether the update belonged to pretraining (<see cref="TrainingSettings.PretrainingSteps"/>). The loss grows when it ends, by the diffusion
    /// loss, and validations before its end do not compete for the weights to keep.
    /// </summary>
    public bool Pretraining { get; init; }

    /// <summary>Passes over the photos; in one pass each photo gives 32 patches.</summary>
    public int Epoch { get; init; }

    /// <summary>Share of the time, in [0, 1], that training waited for photos to be decoded.</summary>
    public double WaitingShare { get; init; }

    /// <summary>Mean PSNR in dB over the first set of validation photos; <c>null</c> when no validation was due.</summary>
    public double? ValidationPsnr => Validations is [var first, ..] ? first.Psnr : null;

    /// <summary>Mean SSIM over the first set of validation photos; <c>null</c> when no validation was due.</summary>
    public double? ValidationSsim => Validations is [var first, ..] ? first.Ssim : null;

    /// <summary>What every set of validation photos gave; empty when no validation was due.</summary>
    public IReadOnlyList<ValidationScore> Validations
    {
        get;
        // Source-generated JSON gives null for what an older file lacks.
        init => field = value ?? [];
    } = [];

    /// <summary>One line for a log.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"step {Step}/{Steps}{(Pretraining ? " (pretraining)" : "")}, loss {Loss:0.0000}{(PredictionLoss > 0 && DiffusionLoss > 0 ? string.Create(CultureInfo.InvariantCulture, $" (prediction {PredictionLoss:0.0000}, diffusion {DiffusionLoss:0.0000})") : "")}, learning rate {LearningRate:0.0e+0}, {ImagesPerSecond:0} images/s, {(int)Remaining.TotalHours:00}:{Remaining:mm\\:ss} left{string.Concat(Validations.Select(set => string.Create(CultureInfo.InvariantCulture, $", {set.Name} {set.Psnr:0.00} dB / {set.Ssim:0.0000}")))}");
}
