using System.Text.Json.Serialization;

namespace Dream.ML.Training;

/// <summary>
/// All that decides the outcome of training beside the data. The defaults and ranges are those of the estimator's options,
/// where they are documented. Written into checkpoints, under the
/// options' names: a run goes on only with the settings it began with.
/// </summary>
sealed record TrainingSettings
{
    [JsonPropertyName("TrainingSteps")]
    public required int Steps { get; init; }

    /// <summary>Updates that a network with an initial prediction begins with, learning nothing else.</summary>
    public required int PretrainingSteps { get; init; }

    [JsonPropertyName("TrainingBatchSize")]
    public required int BatchSize { get; init; }

    public required int GradientAccumulation { get; init; }

    public required int PatchSize { get; init; }

    public required double LearningRate { get; init; }

    public required LearningRateDecay LearningRateDecay { get; init; }

    /// <summary>Share of the updates over which <see cref="LearningRateDecay.Cooldown"/> falls.</summary>
    public required double CooldownShare { get; init; }

    public required int WarmupSteps { get; init; }

    public required double WeightDecay { get; init; }

    public required double GradientClip { get; init; }

    public required double EmaDecay { get; init; }

    public required double DreamPower { get; init; }

    /// <summary><c>null</c> takes the network's own.</summary>
    public required DiffusionLoss? Loss { get; init; }

    public required double? MinSnrGamma { get; init; }

    public required bool NoiseLevelPerBatch { get; init; }

    public required int ValidationEverySteps { get; init; }

    /// <summary><c>null</c> never stops early.</summary>
    public required int? EarlyStoppingPatience { get; init; }

    public required TrainingPrecision Precision { get; init; }

    public required int Seed { get; init; }

    /// <summary>The first update whose learning rate depends on how many are to come.</summary>
    internal int DecayStart => LearningRateDecay switch
    {
        LearningRateDecay.Cosine => 0,
        LearningRateDecay.Constant => int.MaxValue,
        _ => Steps - (int)(Steps * CooldownShare),
    };

    /// <summary>The rate of the update numbered <paramref name="step"/> from 0.</summary>
    internal double LearningRateAt(int step)
    {
        const double FinalShare = 0.05;
        var warmup = WarmupSteps == 0 ? 1 : Math.Min(1, (step + 1.0) / WarmupSteps);
        var remaining = LearningRateDecay switch
        {
            LearningRateDecay.Cosine => 0.5 * (1 + Math.Cos(Math.PI * step / Steps)),
            LearningRateDecay.Cooldown when step >= DecayStart => (double)(Steps - step) / (Steps - DecayStart),
            _ => 1,
        };
        return LearningRate * warmup * double.Lerp(FinalShare, 1, remaining);
    }
}
