using SkiaSharp;

namespace Dream.ML.Imaging.Files;

/// <summary>
/// Reads PNG, JPEG, WebP, GIF and BMP files as upright 8-bit sRGB with straight alpha; of animations the first frame.
/// </summary>
static class ImageFileReader
{
    const int BufferSize = 1 << 16;
    const string CopyAgain = "Copy it again from its source.";

    /// <summary>Reads a file's bytes, within the limit.</summary>
    /// <exception cref="ImageFileException">The file is empty or too large.</exception>
    /// <exception cref="IOException">It is no regular file, or cannot be opened.</exception>
    internal static byte[] ReadBytes(string path, ImageLimits limits)
    {
        using var file = RegularFile.OpenRead(path);
        var length = file.Length;
        if (length == 0)
            throw Empty(path);
        if (length > limits.MaxFileBytes)
            throw TooLarge(path, $"{length:N0} bytes", limits);
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>
    /// Reads a stream's bytes, within the limit; <paramref name="received"/> is told of every piece, and throws to stop.
    /// </summary>
    /// <exception cref="ImageFileException">The stream is empty or too long.</exception>
    internal static async Task<byte[]> ReadBytesAsync(
        Stream stream, string name, ImageLimits limits, Action<int> received, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[BufferSize];
        for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            received(read);
            bytes.Write(buffer.AsSpan(0, read));
            if (bytes.Length > limits.MaxFileBytes)
                throw TooLarge(name, $"at least {bytes.Length:N0} bytes", limits);
        }
        return bytes.Length == 0 ? throw Empty(name) : bytes.ToArray();
    }

    /// <summary>Whether a file is an image of a known format whose end is missing. It is not decoded.</summary>
    internal static bool IsTruncated(string path)
    {
        try
        {
            return !ImageSignature.ReadHeader(ReadBytes(path, new()), path).IsComplete;
        }
        catch (Exception e) when (e is ImageFileException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Decodes a file's bytes.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">What to call the file in errors.</param>
    /// <param name="limits">What to refuse by the header alone.</param>
    /// <exception cref="ImageFileException">It is not a whole image of a supported format within the
    /// limits.</exception>
    internal static unsafe ImageFile Decode(byte[] file, string name, ImageLimits limits)
    {
        var header = ImageSignature.ReadHeader(file, name);
        fixed (byte* bytes = file)
        {
            using var data = SKData.Create((nint)bytes, file.Length);
            using var codec = SKCodec.Create(data)
                ?? throw new ImageFileException(name, "Its header is damaged or cut off.", CopyAgain);
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height > limits.MaxPixels)
                throw new ImageFileException(name,
                    $"It has {width:N0} × {height:N0} pixels, more than the {limits.MaxPixels:N0} allowed.",
                    "Reduce it, or raise MaxPixels if you trust it.", ImageFileFailure.TooLarge);
            if (!header.IsComplete)
                throw Truncated(name);

            List<string> notes = [.. header.Notes];
            // Without a target colour space Skia leaves the samples as they are.
            using var target =
                header.Icc is not null && codec.Info.ColorSpace is { IsSrgb: false } ? SKColorSpace.CreateSrgb() : null;
            if (target is not null)
                notes.Add("the colours were converted to sRGB");
            if (codec.FrameCount > 1)
                notes.Add($"the first of {codec.FrameCount} frames was read");

            var rgba = new byte[4 * width * height];
            fixed (byte* pixels = rgba)
            {
                var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, target);
                switch (codec.GetPixels(info, (nint)pixels))
                {
                    case SKCodecResult.Success:
                        break;
                    case SKCodecResult.IncompleteInput:
                        throw Truncated(name);
                    case var result:
                        throw new ImageFileException(name, $"Its pixels are damaged ({result}).", CopyAgain);
                }
            }
            var orientation = header.Exif is null ? 1 : ExifBlock.Orientation(header.Exif);
            var metadata = new ImageMetadata(
                header.Exif is null ? null : ExifBlock.Upright(header.Exif),
                target is null && IsRgbProfile(header.Icc) ? header.Icc : null);
            return new(TurnUpright(rgba, width, height, orientation), metadata, notes);
        }
    }

    // The pixels are RGB by now: a profile of other colours would not describe them.
    static bool IsRgbProfile(byte[]? icc) => icc is { Length: > 128 } && icc.AsSpan(16, 4).SequenceEqual("RGB "u8);

    /// <summary>Separates colours and opacity, and turns the image as EXIF's orientation (1 to 8) says.</summary>
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

        var (rgb, alpha) = (new byte[3 * width * height], new byte[width * height]);
        for (int y = 0, i = 0; y < height; y++)
            for (var x = 0; x < width; x++, i++)
            {
                var pixel = rgba.AsSpan(4 * (start + x * right + y * down), 4);
                pixel[..3].CopyTo(rgb.AsSpan(3 * i));
                alpha[i] = pixel[3];
            }
        return new(width, height, rgb, alpha.AsSpan().ContainsAnyExcept(byte.MaxValue) ? alpha : null);
    }

    static ImageFileException Empty(string name) => new(name, "It is empty.", CopyAgain, ImageFileFailure.Empty);

    static ImageFileException TooLarge(string name, string size, ImageLimits limits) => new(
        name, $"It has {size}, more than the {limits.MaxFileBytes:N0} allowed.", "Raise MaxFileBytes if you trust it.",
        ImageFileFailure.TooLarge);

    static ImageFileException Truncated(string name) => new(name, "It is truncated: the end is missing.", CopyAgain);
}
