using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Dream.ML.IO;
using SkiaSharp;

namespace Dream.ML.Imaging.Files;

/// <summary>
/// Reads PNG, JPEG, WebP, GIF and BMP files as upright 8-bit sRGB with straight alpha; of animations the first frame.
/// </summary>
static class ImageFileReader
{
    const int BufferSize = 1 << 16;

    /// <summary>Reads a file's bytes, within the limit.</summary>
    /// <exception cref="ImageFileException">The file is empty or too large.</exception>
    /// <exception cref="IOException">It is no regular file, or cannot be opened.</exception>
    internal static byte[] ReadBytes(string path, ImageLimits limits)
    {
        using var file = RegularFile.OpenRead(path);
        if (file.Length == 0)
            throw ImageFileException.Empty(path);
        if (file.Length > limits.MaxFileBytes)
            throw TooLarge(path, $"{file.Length:N0} bytes", limits.MaxFileBytes);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads a stream's bytes, within the limit.</summary>
    /// <exception cref="ImageFileException">The stream is empty or too long.</exception>
    internal static byte[] ReadBytes(Stream stream, string name, ImageLimits limits)
    {
        using var bytes = new LimitedMemory(name, limits.MaxFileBytes, received: null);
        stream.CopyTo(bytes, BufferSize);
        return bytes.ToArray();
    }

    /// <summary>
    /// Reads a stream's bytes, within the limit; <paramref name="received"/> is told of every piece, and throws to stop.
    /// </summary>
    /// <exception cref="ImageFileException">The stream is empty or too long.</exception>
    internal static async Task<byte[]> ReadBytesAsync(
        Stream stream, string name, ImageLimits limits, Action<int> received, CancellationToken cancellation)
    {
        using var bytes = new LimitedMemory(name, limits.MaxFileBytes, received);
        await stream.CopyToAsync(bytes, BufferSize, cancellation).ConfigureAwait(false);
        return bytes.ToArray();
    }

    /// <summary>Reads and decodes a file.</summary>
    /// <exception cref="ImageFileException">It is not a whole image of a supported format within the limits.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static ImageFile Read(string path, ImageLimits limits) => Decode(ReadBytes(path, limits), path, limits);

    /// <summary>Whether a file is an image of a known format whose pixels are not all there.</summary>
    internal static bool IsTruncated(string path)
    {
        try
        {
            Read(path, new());
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is ImageFileException { IsTruncation: true };
        }
    }

    /// <summary>Decodes a file's bytes.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">What to call the file in errors.</param>
    /// <param name="limits">What to refuse by the header alone.</param>
    /// <param name="accept">Called with the width and height of the upright image before it is decoded; throws to refuse.</param>
    /// <exception cref="ImageFileException">It is not a whole image of a supported format within the limits.</exception>
    internal static ImageFile Decode(byte[] file, string name, ImageLimits limits, Action<int, int>? accept = null)
    {
        const int Filling = 64;
        var format = ImageFormat.Of(file, name);
        var header = format.ReadHeader(file, name);
        if (header.HasEnd || format.End(file, Filling) is not { } filled)
            return Decode(file, header, name, limits, accept);
        // All pixels are there if they do not depend on what follows. Two images at a time may be more than there is
        // memory for: a digest of the first.
        var expected = SHA256.HashData(Decode(filled, header, name, limits, accept).Pixels.Rgb);
        var image = Decode(format.End(file, filling: 0)!, header, name, limits, accept);
        return SHA256.HashData(image.Pixels.Rgb).AsSpan().SequenceEqual(expected) ? image : throw ImageFileException.Truncated(name);
    }

    static unsafe ImageFile Decode(byte[] file, ImageHeader header, string name, ImageLimits limits, Action<int, int>? accept)
    {
        fixed (byte* bytes = file)
        {
            using var data = SKData.Create((nint)bytes, file.Length);
            using var codec = SKCodec.Create(data) ?? throw ImageFileException.Damaged(name, "Its header is damaged or cut off.");
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height > limits.MaxPixels)
                throw new ImageFileException(name,
                    $"It has {width:N0} × {height:N0} pixels, more than the {limits.MaxPixels:N0} allowed.",
                    "Reduce it, or raise MaxPixels if you trust it.", ImageFileFailure.TooLarge);
            var orientation = header.Metadata.Exif is { } exif ? ExifBlock.Orientation(exif) : 1;
            var turns = orientation >= 5;
            accept?.Invoke(turns ? height : width, turns ? width : height);

            List<string> notes = [.. header.Notes];
            if (!header.HasEnd)
                notes.Add("the end mark is missing, the pixels are all there");
            if (codec.FrameCount > 1)
                notes.Add(ImageFormat.FirstOf((uint)codec.FrameCount));
            var rgba = new byte[4 * width * height];
            var metadata = header.Metadata.Upright(isSrgb: ReadPixels(codec, rgba, header, name, notes));
            if (metadata.Xmp is null && header.Metadata.Xmp is not null)
                notes.Add("XMP was dropped: it is damaged");
            return new(TurnUpright(rgba, width, height, orientation), metadata, notes);
        }
    }

    /// <summary>Decodes the pixels, in sRGB where that is possible.</summary>
    /// <returns>Whether the colors were converted to sRGB.</returns>
    static bool ReadPixels(SKCodec codec, byte[] rgba, ImageHeader header, string name, List<string> notes)
    {
        var encoding = header.Encoding
            ?? (header.Metadata is { Icc: null, Exif: { } exif } && ExifBlock.IsAdobeRgb(exif) ? ColorEncoding.AdobeRgb : null);
        var icc = encoding is null ? header.Metadata.Icc : null;
        using var parsed = icc is null ? null : SKColorSpaceIccProfile.Create(icc);
        using var profile = parsed is null ? null : SKColorSpace.CreateIcc(parsed);
        using var srgb = SKColorSpace.CreateSrgb();

        // Without a target color space Skia leaves the samples as they are.
        var isKnown = icc is not null && codec.Info.ColorSpace is { IsSrgb: false };
        GetPixels(codec, rgba, isKnown ? srgb : null, header.HasEnd, name);
        if (encoding is not null)
        {
            encoding.ConvertToSrgb(rgba, codec.Info.Width, codec.Info.Height);
            notes.Add($"the colors were converted to sRGB ({encoding.Source})");
            return true;
        }
        if (icc is null || profile is { IsSrgb: true })
            return false;
        if (isKnown || TryConvertByTables(codec, rgba, srgb, icc, name))
        {
            notes.Add("the colors were converted to sRGB");
            return true;
        }
        notes.Add(ImageFormat.UnusedColors);
        return false;
    }

    /// <summary>
    /// Converts by a profile that only the codec understands (tables, inks), or neither. Skia does not report whether it did:
    /// only the pixels show.
    /// </summary>
    static bool TryConvertByTables(SKCodec codec, byte[] rgba, SKColorSpace srgb, byte[] icc, string name)
    {
        var converted = new byte[rgba.Length];
        GetPixels(codec, converted, srgb, hasEnd: true, name);
        if (!converted.AsSpan().SequenceEqual(rgba))
        {
            converted.CopyTo(rgba, 0);
            return true;
        }
        if (LightnessProfile.SrgbLevels(icc) is not { } levels)
            return false;
        for (var i = 0; i < rgba.Length; i++)
            rgba[i] = i % 4 == 3 ? rgba[i] : levels[rgba[i]];
        return true;
    }

    static unsafe void GetPixels(SKCodec codec, byte[] rgba, SKColorSpace? target, bool hasEnd, string name)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, target);
        fixed (byte* pixels = rgba)
            switch (codec.GetPixels(info, (nint)pixels))
            {
                case SKCodecResult.Success:
                    break;
                case SKCodecResult.IncompleteInput:
                case SKCodecResult.InvalidInput when !hasEnd:
                    throw ImageFileException.Truncated(name);
                case var result:
                    throw ImageFileException.Damaged(name, $"Its pixels are damaged ({result}).");
            }
    }

    /// <summary>Separates colors and opacity, and turns the image as EXIF's orientation (1 to 8) says.</summary>
    static RgbImage TurnUpright(byte[] rgba, int width, int height, int orientation)
    {
        // Where the first pixel is, and how far the next one and the next row are.
        var (start, right, down) = orientation switch
        {
            2 => (width - 1, -1, width),
            3 => (width * height - 1, -1, -width),
            4 => ((height - 1) * width, 1, -width),
            5 => (0, width, 1),
            6 => ((height - 1) * width, -width, 1),
            7 => (width * height - 1, -width, -1),
            8 => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        if (orientation >= 5)
            (width, height) = (height, width);

        var pixels = MemoryMarshal.Cast<byte, uint>(rgba);
        var (rgb, alpha) = (new byte[3 * width * height], RgbaPixels.AreOpaque(rgba) ? null : new byte[width * height]);
        var row = new uint[width];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                row[x] = pixels[start + x * right + y * down];
            RgbaPixels.Split(
                MemoryMarshal.AsBytes<uint>(row), rgb.AsSpan(3 * y * width, 3 * width), alpha is null ? [] : alpha.AsSpan(y * width, width));
        }
        return new(width, height, rgb, alpha);
    }

    static ImageFileException TooLarge(string name, string size, long most) => new(
        name, $"It has {size}, more than the {most:N0} allowed.", "Raise MaxFileBytes if you trust it.", ImageFileFailure.TooLarge);

    /// <summary>Takes in a file, as long as it is not too large.</summary>
    sealed class LimitedMemory(string name, long most, Action<int>? received) : MemoryStream
    {
        // Copying to a stream, in whatever way, leads here.
        public override void Write(byte[] buffer, int offset, int count)
        {
            received?.Invoke(count);
            if (Length + count > most)
                throw TooLarge(name, $"at least {Length + count:N0} bytes", most);
            base.Write(buffer, offset, count);
        }

        public override byte[] ToArray() => Length == 0 ? throw ImageFileException.Empty(name) : base.ToArray();
    }
}
