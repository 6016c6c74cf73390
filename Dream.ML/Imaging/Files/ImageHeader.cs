namespace Dream.ML.Imaging.Files;

/// <summary>What a file says beside its pixels.</summary>
sealed record ImageHeader
{
    /// <summary>What the file carries, as it is stored.</summary>
    internal ImageMetadata Metadata { get; init; } = new(Exif: null, Icc: null);

    /// <summary>How the colors are encoded, where no profile tells; <c>null</c> for sRGB.</summary>
    internal ColorEncoding? Encoding { get; init; }

    /// <summary>What the file is, where that cannot be decoded.</summary>
    internal string? Unsupported { get; init; }

    /// <summary>Whether the file ends as its format demands.</summary>
    internal bool HasEnd { get; init; } = true;

    /// <summary>Whether another file begins before this one has ended.</summary>
    internal bool IsCutShort { get; init; }

    /// <summary>How the samples differ from 8-bit RGB, and what was left out.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];
}
