using System.Text;

namespace Dream.ML.Imaging.Files;

/// <summary>Tells image formats apart by their first bytes, whatever the file is called.</summary>
static class ImageSignature
{
    const int Probe = 512;
    const string Supported = "Give a PNG, JPEG, WebP, GIF or BMP file.";

    /// <summary>Reads the header of a file that may be decoded.</summary>
    /// <exception cref="ImageFileException">The file is something else.</exception>
    internal static ImageHeader ReadHeader(byte[] file, string name)
    {
        ReadOnlySpan<byte> start = file;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']))
            return PngChunks.Read(file);
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return JpegSegments.Read(file);
        if (Holds(start, 0, "RIFF"u8) && Holds(start, 8, "WEBP"u8))
            return WebPChunks.Read(file);
        if (start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8))
            return new() { Notes = start.IndexOf("ICCRGBG1012"u8) < 0 ? [] : [ImageFileReader.UnusedColors] };
        if (start.StartsWith("BM"u8))
            return BmpHeader.Read(file);

        var other = start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) ? "a TIFF or raw camera file"
            : Holds(start, 4, "ftyp"u8) ? "a HEIC, AVIF or video file"
            : start.StartsWith("8BPS"u8) ? "a Photoshop file"
            : start.StartsWith("%PDF"u8) ? "a PDF file"
            : null;
        throw other is not null ? Unsupported(name, other)
            : IsText(start) ? new(name, "It is a text file, whatever its name says.", Supported, ImageFileFailure.Unsupported)
            : new ImageFileException(name, "It is not an image.", Supported, ImageFileFailure.Unsupported);
    }

    internal static ImageFileException Unsupported(string name, string kind) =>
        new(name, $"It is {kind}, which is not supported.", $"Convert it first. {Supported}", ImageFileFailure.Unsupported);

    static bool Holds(ReadOnlySpan<byte> file, int at, ReadOnlySpan<byte> signature) =>
        file.Length >= at + signature.Length && file[at..].StartsWith(signature);

    static bool IsText(ReadOnlySpan<byte> start)
    {
        start = start[..Math.Min(start.Length, Probe)];
        // A character may be cut at the end of the probe.
        return !Encoding.UTF8.GetString(start).AsSpan().TrimEnd('\uFFFD')
            .ContainsAny(['\uFFFD', .. Enumerable.Range(0, 32).Select(c => (char)c).Except("\t\n\f\r")]);
    }
}
