namespace Dream.ML.Training.Data;

/// <summary>How photos become training patches.</summary>
sealed record DataSettings
{
    internal required int Scale { get; init; }

    /// <summary>How low-resolution images are made.</summary>
    internal required DegradationSettings Degradation { get; init; }

    /// <summary>Side of a patch in high-resolution pixels.</summary>
    internal required int PatchSize { get; init; }

    internal required int Seed { get; init; }

    /// <summary>Most bytes of pixels to hold.</summary>
    internal required long ByteBudget { get; init; }

    internal required int DecodingThreads { get; init; }
}
