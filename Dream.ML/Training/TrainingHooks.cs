namespace Dream.ML.Training;

/// <summary>What happens around the training loop; it knows no more of files, logs and validation images than this.</summary>
sealed record TrainingHooks
{
    /// <summary>Called after every update.</summary>
    internal required Action<DreamTrainingMetrics> Report { get; init; }

    /// <summary>Measures PSNR and SSIM of the network as it is, in evaluation mode; <c>null</c> without validation.</summary>
    internal Func<int, (double Psnr, double Ssim)>? Validate { get; init; }

    /// <summary>Keeps a checkpoint; <c>null</c> without a workspace.</summary>
    internal Action<Checkpoint>? Save { get; init; }

    /// <summary>Updates between checkpoints.</summary>
    internal int SaveEverySteps { get; init; } = int.MaxValue;
}
