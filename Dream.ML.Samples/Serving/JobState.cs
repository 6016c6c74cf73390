using System.Text.Json.Serialization;
using Dream.ML.Extensions.DependencyInjection;

namespace Dream.ML.Samples.Serving;

/// <summary>How far a picture is, as the page is told.</summary>
sealed record JobState
{
    /// <summary>waiting, working, done or failed.</summary>
    public required string Phase { get; init; }

    /// <summary>The model that is used.</summary>
    public string? Model { get; init; }

    /// <summary>Why that model was chosen, where it was not asked for.</summary>
    public string? Reason { get; init; }

    /// <summary>The share that is done, in [0, 1].</summary>
    public double? Progress { get; init; }

    /// <summary>Why it failed, in sentences.</summary>
    public string? Message { get; init; }

    /// <summary>What was lost or changed on the way.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    [JsonIgnore]
    internal UpscaledFile? Result { get; init; }

    [JsonIgnore]
    internal bool IsFinal => Phase is "done" or "failed";
}
