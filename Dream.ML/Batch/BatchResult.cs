namespace Dream.ML;

/// <summary>What a batch has done.</summary>
public sealed record BatchResult
{
    /// <summary>Images upscaled and written.</summary>
    public int Upscaled { get; init; }

    /// <summary>Images whose results existed already.</summary>
    public int Skipped { get; init; }

    /// <summary>Images that could not be upscaled and folders that could not be read, in the order of their paths.</summary>
    public IReadOnlyList<BatchFailure> Failures { get; init; } = [];

    /// <summary>What was left out: files of other kinds and linked folders, by their paths below the input folder.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];
}
