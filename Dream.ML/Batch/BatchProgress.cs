namespace Dream.ML;

/// <summary>How a batch stands after one of its images.</summary>
public sealed record BatchProgress
{
    /// <summary>The image's path below the input folder.</summary>
    public required string File { get; init; }

    /// <summary>What became of it.</summary>
    public required BatchOutcome Outcome { get; init; }

    /// <summary>What was lost on the way, or why it failed.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Images done, skipped and failed ones included.</summary>
    public required int Done { get; init; }

    /// <summary>Images in all.</summary>
    public required int Total { get; init; }

    /// <summary>The time that the rest will take, should none of it be skipped; <c>null</c> before the first is upscaled.</summary>
    public TimeSpan? Remaining { get; init; }
}
