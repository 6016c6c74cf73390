using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Dream.ML.Imaging.Files;

/// <summary>Reads and inserts the chunks of PNG files that Skia leaves aside.</summary>
static class PngChunks
{
    const int SignatureSize = 8;
    const int FrameSize = 12;
    const int HeaderSize = 13;
    const int LargestInflated = 16 << 20;

    static ReadOnlySpan<byte> XmpKeyword => "XML:com.adobe.xmp\0"u8;

    internal static ImageHeader Read(byte[] file)
    {
        byte[]? exif = null, icc = null, xmp = null, gamma = null, chromaticities = null, codePoints = null;
        ImageResolution? resolution = null;
        var (isSrgb, hasEnd) = (false, false);
        List<string> notes = [];
        for (var at = SignatureSize; at + FrameSize <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - FrameSize)
                break;
            var data = file.AsSpan(at + 8, (int)length);
            switch (Encoding.Latin1.GetString(file, at + 4, 4))
            {
                case "IHDR" when length == HeaderSize:
                    if (data[8] == 16)
                        notes.Add("16-bit samples were reduced to 8 bits");
                    if (data[9] is 0 or 4)
                        notes.Add("gray was read as RGB");
                    else if (data[9] == 3)
                        notes.Add("the palette was resolved to RGB");
                    break;
                case "acTL" when length == 8 && BinaryPrimitives.ReadUInt32BigEndian(data) is > 1 and var frames:
                    notes.Add(ImageFileReader.FirstOf(frames));
                    break;
                case "eXIf":
                    exif = ExifBlock.Parse(data);
                    break;
                case "iTXt" when data.StartsWith(XmpKeyword):
                    xmp = Text(data[XmpKeyword.Length..]);
                    break;
                case "pHYs" when length == 9 && data[8] == 1:
                    resolution = ImageResolution.PerMeter(
                        BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
                    break;
                case "iCCP":
                    icc = Inflate(data, data.IndexOf((byte)0) + 2);
                    if (icc is null)
                        notes.Add("the color profile was left out: it is damaged or too large");
                    break;
                case "cICP":
                    codePoints = data.ToArray();
                    break;
                case "sRGB":
                    isSrgb = true;
                    break;
                case "gAMA":
                    gamma = data.ToArray();
                    break;
                case "cHRM":
                    chromaticities = data.ToArray();
                    break;
                case "IEND":
                    hasEnd = true;
                    break;
            }
            at += FrameSize + (int)length;
        }

        // The best description counts: code points, then a profile, then sRGB, then gamma and primaries.
        var encoding = codePoints is not null ? ColorEncoding.OfCodePoints(codePoints)
            : icc is null && !isSrgb ? ColorEncoding.OfPng(gamma, chromaticities)
            : null;
        if (codePoints is not null && encoding is null)
            notes.Add($"the colors were left as they are: their encoding (cICP {string.Join('/', codePoints)}) is not supported");
        return new()
        {
            Metadata = new(exif, codePoints is null ? icc : null) { Xmp = xmp, Resolution = resolution },
            Encoding = encoding,
            HasEnd = hasEnd,
            Notes = notes,
        };
    }

    /// <summary>The same file with metadata behind its header chunk; what PNG has no place for is named.</summary>
    internal static byte[] Insert(byte[] file, ImageMetadata metadata, List<string> notes)
    {
        using var result = new MemoryStream();
        var body = SignatureSize + FrameSize + HeaderSize;
        result.Write(file.AsSpan(0, body));
        if (metadata.Icc is not null)
            Write(result, "iCCP"u8, Deflate(metadata.Icc));
        if (metadata.Resolution is { } resolution)
            Write(result, "pHYs"u8, [.. PerMeter(resolution.X), .. PerMeter(resolution.Y), 1]);
        if (metadata.Exif is not null)
            Write(result, "eXIf"u8, metadata.Exif);
        // Neither compressed nor translated.
        if (metadata.Xmp is not null)
            Write(result, "iTXt"u8, [.. XmpKeyword, 0, 0, 0, 0, .. metadata.Xmp]);
        if (metadata.Iptc is not null)
            notes.Add("IPTC was dropped: PNG has no place for it");
        result.Write(file.AsSpan(body));
        return result.ToArray();

        static byte[] PerMeter(double perInch)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Math.Round(perInch / ImageResolution.MetersPerInch));
            return bytes;
        }
    }

    /// <summary>Writes one chunk: length, type, data, checksum.</summary>
    internal static void Write(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc32(Crc32(uint.MaxValue, type), data));
        stream.Write(number);
    }

    internal static uint Crc32(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ (0xEDB88320 & 0u - (crc & 1));
        }
        return crc;
    }

    // Compression flag and method, language, translated keyword, text.
    static byte[]? Text(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4)
            return null;
        var isCompressed = data[0] == 1;
        var start = 2;
        for (var i = 0; i < 2; i++)
        {
            if (data[start..].IndexOf((byte)0) is >= 0 and var length)
                start += length + 1;
            else
                return null;
        }
        return isCompressed ? Inflate(data, start) : data[start..].ToArray();
    }

    static byte[]? Inflate(ReadOnlySpan<byte> data, int start)
    {
        if (start < 2 || start > data.Length)
            return null;
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(data[start..].ToArray()), CompressionMode.Decompress);
            using var inflated = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = zlib.Read(buffer)) > 0;)
            {
                inflated.Write(buffer.AsSpan(0, read));
                if (inflated.Length > LargestInflated)
                    return null;
            }
            return inflated.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    static byte[] Deflate(byte[] profile)
    {
        using var data = new MemoryStream();
        data.Write("ICC profile\0\0"u8);
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(profile);
        return data.ToArray();
    }
}
