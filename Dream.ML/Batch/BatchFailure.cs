namespace Dream.ML;

/// <summary>An image that a batch could not upscale, or a folder that it could not read.</summary>
/// <param name="File">Its path below the input folder.</param>
/// <param name="Reason">What went wrong.</param>
public sealed record BatchFailure(string File, string Reason);
