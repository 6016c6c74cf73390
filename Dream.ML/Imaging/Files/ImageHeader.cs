namespace Dream.ML.Imaging.Files;

/// <summary>What a file says beside its pixels.</summary>
sealed record ImageHeader
{
    internal byte[]? Exif { get; init; }

    internal byte[]? Icc { get; init; }

    /// <summary>Whether the end of the file is there.</summary>
    internal bool IsComplete { get; init; } = true;

    /// <summary>How the samples differ from 8-bit RGB.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];
}
