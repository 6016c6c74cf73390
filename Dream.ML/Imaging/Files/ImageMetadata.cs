namespace Dream.ML.Imaging.Files;

/// <summary>What travels with an image from file to file.</summary>
/// <param name="Exif">An EXIF block that starts with its TIFF header, or <c>null</c>.</param>
/// <param name="Icc">The color profile of the pixels, or <c>null</c> for sRGB.</param>
sealed record ImageMetadata(byte[]? Exif, byte[]? Icc)
{
    /// <summary>An XMP packet in UTF-8.</summary>
    internal byte[]? Xmp { get; init; }

    /// <summary>IPTC records, without the Photoshop block around them.</summary>
    internal byte[]? Iptc { get; init; }

    internal ImageResolution? Resolution { get; init; }
}
