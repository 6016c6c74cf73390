using System.Text;

namespace Dream.ML.Imaging.Files;

/// <summary>A format of image files: how they are recognized, and what they say next to their pixels.</summary>
abstract class ImageFormat
{
    internal const string UnusedColors = "the colors were left as they are: their description could not be used";
    const string Supported = "Give a PNG, JPEG, WebP, GIF or BMP file.";
    const int Probe = 512;

    static ImageFormat[] Readable => [.. WritableFormat.All, new GifFormat(), new BmpFormat()];

    /// <summary>The format of a file by its first bytes, whatever the file is called.</summary>
    /// <exception cref="ImageFileException">It is something else.</exception>
    internal static ImageFormat Of(byte[] file, string name)
    {
        ReadOnlySpan<byte> start = file.AsSpan(0, Math.Min(file.Length, Probe));
        foreach (var format in Readable)
            if (format.Matches(start))
                return format;
        var kind = start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) ? "a TIFF or raw camera file"
            : start.Length >= 8 && start[4..].StartsWith("ftyp"u8) ? "a HEIC, AVIF or video file"
            : start.StartsWith("8BPS"u8) ? "a Photoshop file"
            : start.StartsWith("%PDF"u8) ? "a PDF file"
            : null;
        throw kind is not null ? Unsupported(name, kind) : new ImageFileException(
            name, IsText(start) ? "It is a text file, whatever its name says." : "It is not an image.", Supported, ImageFileFailure.Unsupported);
    }

    /// <summary>Whether a file that starts so is of the format.</summary>
    internal abstract bool Matches(ReadOnlySpan<byte> start);

    /// <summary>Reads all but the pixels.</summary>
    /// <exception cref="ImageFileException">The file is of a kind that cannot be decoded, or cut short.</exception>
    internal abstract ImageHeader ReadHeader(byte[] file, string name);

    /// <summary>
    /// A file that lacks its end mark with the mark appended, after some filling that decodes to something; <c>null</c> where
    /// decoders can do without.
    /// </summary>
    internal virtual byte[]? End(byte[] file, int filling) => null;

    internal static string FirstOf(uint frames) => $"the first of {frames} frames was read";

    protected static ImageFileException Unsupported(string name, string kind) =>
        new(name, $"It is {kind}, which is not supported.", $"Convert it first. {Supported}", ImageFileFailure.Unsupported);

    // A character may be cut at the end of the probe.
    static bool IsText(ReadOnlySpan<byte> start) => !Encoding.UTF8.GetString(start).AsSpan().TrimEnd('\uFFFD')
        .ContainsAny(['\uFFFD', .. Enumerable.Range(0, 32).Select(c => (char)c).Except("\t\n\f\r")]);
}
