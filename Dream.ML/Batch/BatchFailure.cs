namespace Dream.ML;

/// <summary>An image that a batch could not upscale, or a folder that it could not read.</summary>
public sealed record BatchFailure
{
    /// <summary>Its path below the input folder.</summary>
    public required string File { get; init; }

    /// <summary>What went wrong.</summary>
    public required string Reason { get; init; }
}
