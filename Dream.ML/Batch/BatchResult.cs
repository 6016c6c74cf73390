namespace Dream.ML;

/// <summary>What a batch has done.</summary>
/// <param name="Upscaled">Images upscaled and written.</param>
/// <param name="Skipped">Images whose results existed already.</param>
/// <param name="Failures">Images that could not be upscaled and folders that could not be read, in the order of their paths.</param>
public sealed record BatchResult(int Upscaled, int Skipped, IReadOnlyList<BatchFailure> Failures)
{
    /// <summary>What was left out: files of other kinds and linked folders, by their paths below the input folder.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}
