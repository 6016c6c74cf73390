using SkiaSharp;
using static SkiaSharp.SKWebpEncoderCompression;

namespace Dream.ML.Imaging.Files;

/// <summary>Encodes images as PNG, JPEG or WebP files, with their metadata.</summary>
static class ImageFileWriter
{
    internal static string Extension(ImageFileFormat format) => format switch
    {
        ImageFileFormat.Jpeg => ".jpg",
        ImageFileFormat.WebP => ".webp",
        _ => ".png",
    };

    internal static string MediaType(ImageFileFormat format) => format switch
    {
        ImageFileFormat.Jpeg => "image/jpeg",
        ImageFileFormat.WebP => "image/webp",
        _ => "image/png",
    };

    /// <summary>The format that a file's name asks for, or <c>null</c> where it is none that can be written.</summary>
    internal static ImageFileFormat? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => ImageFileFormat.Png,
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" => ImageFileFormat.Jpeg,
        ".webp" => ImageFileFormat.WebP,
        _ => null,
    };

    /// <summary>Refuses sizes that no file of the format can have.</summary>
    /// <exception cref="ImageFileException">The image would be too large.</exception>
    internal static void ThrowIfTooLarge(string name, long width, long height, ImageFileFormat format)
    {
        var side = format switch
        {
            ImageFileFormat.Jpeg => 65_500,
            ImageFileFormat.WebP => 16_383,
            _ => int.MaxValue,
        };
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
        List<string> notes = [];
        if (format == ImageFileFormat.Jpeg && image.Alpha is not null)
            notes.Add("transparency was laid on white: JPEG has none");
        metadata = metadata with
        {
            Exif = metadata.Exif is { } exif ? ExifBlock.WithSize(exif, image.Width, image.Height) : null,
            Xmp = metadata.Xmp is { } xmp ? XmpPacket.WithSize(xmp, image.Width, image.Height) : null,
        };
        var file = EncodePixels(image, format, quality);
        if (metadata is { Exif: null, Icc: null, Xmp: null, Iptc: null, Resolution: null })
            return (file, notes);
        return (format switch
        {
            ImageFileFormat.Jpeg => JpegSegments.Insert(file, metadata, notes),
            ImageFileFormat.WebP => WebPChunks.Insert(file, metadata, image, notes),
            _ => PngChunks.Insert(file, metadata, notes),
        }, notes);
    }

    static unsafe byte[] EncodePixels(RgbImage image, ImageFileFormat format, int quality)
    {
        var opaque = image.Alpha is null || format == ImageFileFormat.Jpeg;
        var rgba = new byte[4 * image.Width * image.Height];
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            var color = image.Rgb.AsSpan(3 * i, 3);
            var pixel = rgba.AsSpan(4 * i, 4);
            var alpha = image.Alpha?[i] ?? byte.MaxValue;
            color.CopyTo(pixel);
            pixel[3] = opaque ? byte.MaxValue : alpha;
            if (opaque && alpha < byte.MaxValue)
                for (var c = 0; c < 3; c++)
                    pixel[c] = (byte)(Premultiplication.Multiply(color[c], alpha) + byte.MaxValue - alpha);
        }
        fixed (byte* pixels = rgba)
        {
            var info = new SKImageInfo(
                image.Width, image.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
            using var pixmap = new SKPixmap(info, (nint)pixels);
            using var data = format switch
            {
                ImageFileFormat.Jpeg => pixmap.Encode(SKEncodedImageFormat.Jpeg, quality),
                ImageFileFormat.WebP => pixmap.Encode(new SKWebpEncoderOptions(Lossy, quality)),
                _ => pixmap.Encode(SKPngEncoderOptions.Default),
            };
            return data?.ToArray() ?? throw new IOException($"The image cannot be encoded as {format}.");
        }
    }
}
