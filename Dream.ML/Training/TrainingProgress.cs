using System.Text.Json.Serialization;
using Dream.ML.Training.Data;

namespace Dream.ML.Training;

/// <summary>How far a run has come: with weights and optimizer state, all that it needs to be resumed.</summary>
sealed record TrainingProgress
{
    /// <summary>Updates done.</summary>
    public int Step { get; init; }

    /// <summary>Where the next patch comes from.</summary>
    [JsonPropertyName("Feed")]
    public DataPosition Position { get; init; }

    public double SmoothedPredictionLoss { get; init; }

    public double SmoothedDiffusionLoss { get; init; }

    public int SkippedSteps { get; init; }

    public int SkippedInARow { get; init; }

    /// <summary>The best PSNR so far on the first set of validation photos.</summary>
    public double? BestPsnr { get; init; }

    /// <summary>The same of the other sets, in their order.</summary>
    public IReadOnlyList<double?> FurtherBestPsnr
    {
        get;
        // Source-generated JSON gives null for what an older checkpoint lacks.
        init => field = value ?? [];
    } = [];

    /// <summary>Validations since the best one.</summary>
    public int ValidationsWithoutGain { get; init; }

    /// <summary>Training time before this process took over.</summary>
    public TimeSpan Elapsed { get; init; }
}
