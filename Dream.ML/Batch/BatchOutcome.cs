namespace Dream.ML;

/// <summary>What became of one image of a batch.</summary>
public enum BatchOutcome
{
    /// <summary>It was upscaled and written.</summary>
    Upscaled,

    /// <summary>Its result exists already.</summary>
    Skipped,

    /// <summary>It could not be read, upscaled or written.</summary>
    Failed,
}
