namespace Dream.ML.Imaging.Files;

/// <summary>What a file says next to its pixels.</summary>
/// <param name="Metadata">What the file carries, as it is stored.</param>
/// <param name="Notes">How the samples differ from 8-bit RGB, and what was left out.</param>
/// <param name="Encoding">How the colors are encoded, where no profile says so; <c>null</c> for sRGB.</param>
/// <param name="HasEnd">Whether the file ends as its format demands.</param>
sealed record ImageHeader(ImageMetadata Metadata, IReadOnlyList<string> Notes, ColorEncoding? Encoding = null, bool HasEnd = true);
