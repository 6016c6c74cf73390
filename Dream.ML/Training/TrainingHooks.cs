namespace Dream.ML.Training;

/// <summary>What happens around the training loop; it knows no more of files, logs and validation images than this.</summary>
sealed record TrainingHooks
{
    /// <summary>Called after every update.</summary>
    internal required Action<DreamTrainingMetrics> Report { get; init; }

    /// <summary>Measures the network as it is, in evaluation mode, on every set of photos; <c>null</c> without validation.</summary>
    internal Func<int, IReadOnlyList<ValidationScore>>? Validate { get; init; }

    /// <summary>Keeps the network as it is: no validation on the set named was better.</summary>
    internal Action<string> KeepBest { get; init; } = _ => { };

    /// <summary>Keeps a checkpoint; <c>null</c> without a workspace.</summary>
    internal Action<Checkpoint>? Save { get; init; }

    /// <summary>Keeps the checkpoint before the first update that would be another in a longer run.</summary>
    internal Action<Checkpoint>? SavePlateau { get; init; }

    /// <summary>Updates between checkpoints.</summary>
    internal int SaveEverySteps { get; init; } = int.MaxValue;
}
