namespace Dream.ML.Imaging.Files;

/// <summary>What travels with an image from file to file.</summary>
/// <param name="Exif">An EXIF block that starts with its TIFF header, or <c>null</c>.</param>
/// <param name="Icc">The colour profile of the pixels, or <c>null</c> for sRGB.</param>
sealed record ImageMetadata(byte[]? Exif, byte[]? Icc);
