namespace Dream.ML.Batch;

/// <summary>What a batch has done.</summary>
/// <param name="Upscaled">Images upscaled and written.</param>
/// <param name="Skipped">Images whose results existed already.</param>
/// <param name="Failures">Images that could not be upscaled, in the order of their paths.</param>
public sealed record BatchResult(int Upscaled, int Skipped, IReadOnlyList<BatchFailure> Failures);
