namespace Dream.ML.Imaging.Files;

/// <summary>An image read from a file, turned upright.</summary>
/// <param name="Pixels">The samples.</param>
/// <param name="Metadata">What a file made from this one should keep.</param>
/// <param name="Notes">What was lost or changed on the way.</param>
sealed record ImageFile(RgbImage Pixels, ImageMetadata Metadata, IReadOnlyList<string> Notes);
