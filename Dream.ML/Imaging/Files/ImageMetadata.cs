namespace Dream.ML.Imaging.Files;

/// <summary>What travels with an image from file to file.</summary>
/// <param name="Exif">An EXIF block that starts with its TIFF header.</param>
/// <param name="Icc">The color profile of the pixels; <c>null</c> for sRGB.</param>
/// <param name="Xmp">An XMP packet in UTF-8.</param>
/// <param name="Iptc">IPTC records, without the Photoshop block around them.</param>
/// <param name="Resolution">How large the image is printed.</param>
sealed record ImageMetadata(
    byte[]? Exif = null, byte[]? Icc = null, byte[]? Xmp = null, byte[]? Iptc = null, ImageResolution? Resolution = null)
{
    /// <summary>A copy that says the image is upright, and in sRGB where its pixels were converted.</summary>
    internal ImageMetadata Upright(bool isSrgb) => this with
    {
        Exif = Exif is null ? null : ExifBlock.Upright(Exif, isSrgb),
        Xmp = Xmp is null ? null : XmpPacket.Upright(Xmp, isSrgb),
        // The pixels are RGB by now: a profile of other colors would not describe them.
        Icc = !isSrgb && Icc is { Length: > 128 } && Icc.AsSpan(16).StartsWith("RGB "u8) ? Icc : null,
    };

    /// <summary>A copy that says how large the image is, where it said so before.</summary>
    internal ImageMetadata Resized(int width, int height) => this with
    {
        Exif = Exif is null ? null : ExifBlock.WithSize(Exif, width, height),
        Xmp = Xmp is null ? null : XmpPacket.WithSize(Xmp, width, height),
    };
}
