using SkiaSharp;

namespace Dream.ML.Imaging.Files;

/// <summary>Encodes images as PNG, JPEG or WebP files, with their metadata.</summary>
static class ImageFileWriter
{
    internal static string Extension(ImageFileFormat format) => WritableFormat.Of(format).Extensions[0];

    internal static string MediaType(ImageFileFormat format) => WritableFormat.Of(format).MediaType;

    /// <summary>The format that a file's name asks for, or <c>null</c> where it is none that can be written.</summary>
    internal static ImageFileFormat? FormatOf(string path)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        var index = Array.FindIndex(WritableFormat.All, format => format.Extensions.Contains(extension));
        return index < 0 ? null : (ImageFileFormat)index;
    }

    /// <summary>Refuses sizes that no file of the format can have.</summary>
    /// <exception cref="ImageFileException">The image would be too large.</exception>
    internal static void ThrowIfTooLarge(string name, long width, long height, ImageFileFormat format)
    {
        var side = WritableFormat.Of(format).MaxSide;
        if (Math.Max(width, height) > side)
            throw new ImageFileException(name,
                $"The result would have {width:N0} × {height:N0} pixels, {format} allows {side:N0} a side.",
                "Write PNG.", ImageFileFailure.TooLarge);
        if (width * height > ImageLimits.LargestImage)
            throw new ImageFileException(name,
                $"The result would have {width:N0} × {height:N0} pixels, more than {ImageLimits.LargestImage:N0}.",
                "Cut the image into parts.", ImageFileFailure.TooLarge);
    }

    /// <summary>Encodes an image.</summary>
    /// <returns>The file's bytes, and notes about what the format cannot keep.</returns>
    internal static (byte[] File, IReadOnlyList<string> Notes) Encode(
        RgbImage image, ImageMetadata metadata, ImageFileFormat format, int quality)
    {
        var writable = WritableFormat.Of(format);
        List<string> notes = [];
        if (image.Alpha is not null && !writable.HasAlpha)
            notes.Add($"transparency was laid on white: {format.ToString().ToUpperInvariant()} has none");
        metadata = metadata.Resized(image.Width, image.Height);
        var file = EncodePixels(image, writable, quality) ?? throw new IOException($"The image cannot be encoded as {format}.");
        return (metadata == new ImageMetadata() ? file : writable.Insert(file, metadata, image, notes), notes);
    }

    static unsafe byte[]? EncodePixels(RgbImage image, WritableFormat format, int quality)
    {
        var rgba = new byte[4 * image.Width * image.Height];
        RgbaPixels.Join(image, rgba);
        var isOpaque = image.Alpha is null || !format.HasAlpha;
        for (var i = 3; i < rgba.Length && isOpaque && image.Alpha is not null; i += 4)
        {
            for (var c = i - 3; c < i; c++)
                rgba[c] = (byte)(Premultiplication.Multiply(rgba[c], rgba[i]) + byte.MaxValue - rgba[i]);
            rgba[i] = byte.MaxValue;
        }
        fixed (byte* pixels = rgba)
        {
            using var pixmap = new SKPixmap(
                new(image.Width, image.Height, SKColorType.Rgba8888, isOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul), (nint)pixels);
            using var data = format.Encode(pixmap, quality);
            return data?.ToArray();
        }
    }
}
