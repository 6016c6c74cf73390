using Dream.ML.Diffusion;

namespace Dream.ML.Training;

/// <summary>How a network is trained. The defaults and ranges are those of the estimator's options, where they are documented.</summary>
sealed record TrainingSettings
{
    internal required int Steps { get; init; }

    internal required int BatchSize { get; init; }

    internal required int PatchSize { get; init; }

    internal required double LearningRate { get; init; }

    internal required double EmaDecay { get; init; }

    internal required double DreamPower { get; init; }

    /// <summary><c>null</c> takes the network's own.</summary>
    internal required DiffusionLoss? Loss { get; init; }

    internal required int Seed { get; init; }
}
