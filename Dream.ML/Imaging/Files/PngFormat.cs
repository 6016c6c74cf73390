using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using SkiaSharp;

namespace Dream.ML.Imaging.Files;

/// <summary>PNG files, and those of their chunks that Skia leaves aside.</summary>
sealed class PngFormat : WritableFormat
{
    const int SignatureSize = 8;
    const int FrameSize = 12;
    const int HeaderSize = 13;
    const int LargestInflated = 16 << 20;
    const string Xmp = "iTXt";

    static readonly HashSet<string> Known = ["IHDR", "acTL", "eXIf", Xmp, "pHYs", "iCCP", "cICP", "sRGB", "gAMA", "cHRM", "IEND"];

    static ReadOnlySpan<byte> XmpKeyword => "XML:com.adobe.xmp\0"u8;

    internal override string[] Extensions => [".png"];

    internal override string MediaType => "image/png";

    internal override bool Matches(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);

    internal override ImageHeader ReadHeader(byte[] file, string name)
    {
        var chunks = Chunks(file);
        List<string> notes = [];
        var header = Data("IHDR");
        if (header.Length == HeaderSize)
        {
            if (header[8] == 16)
                notes.Add("16-bit samples were reduced to 8 bits");
            if (header[9] is 0 or 4)
                notes.Add("gray was read as RGB");
            else if (header[9] == 3)
                notes.Add("the palette was resolved to RGB");
        }
        if (Data("acTL") is { Length: 8 } animation && BinaryPrimitives.ReadUInt32BigEndian(animation) is > 1 and var frames)
            notes.Add(FirstOf(frames));
        var icc = chunks.ContainsKey("iCCP") ? Inflate(Data("iCCP"), Data("iCCP").IndexOf((byte)0) + 2) : null;
        if (icc is null && chunks.ContainsKey("iCCP"))
            notes.Add("the color profile was left out: it is damaged or too large");

        // The best description counts: code points, then a profile, then sRGB, then gamma and primaries.
        var codePoints = chunks.ContainsKey("cICP");
        var encoding = codePoints ? ColorEncoding.OfCodePoints(Data("cICP"))
            : icc is null && !chunks.ContainsKey("sRGB") ? ColorEncoding.OfPng(Data("gAMA"), Data("cHRM"))
            : null;
        if (codePoints && encoding is null)
            notes.Add($"the colors were left as they are: their encoding (cICP {string.Join('/', Data("cICP").ToArray())}) is not supported");
        return new(
            new(ExifBlock.Parse(Data("eXIf")), codePoints ? null : icc, chunks.ContainsKey(Xmp) ? Text(Data(Xmp)[XmpKeyword.Length..]) : null)
            {
                Resolution = Data("pHYs") is { Length: 9 } size && size[8] == 1 ? ImageResolution.PerMeter(
                    BinaryPrimitives.ReadUInt32BigEndian(size), BinaryPrimitives.ReadUInt32BigEndian(size[4..])) : null,
            },
            notes, encoding, HasEnd: chunks.ContainsKey("IEND"));

        ReadOnlySpan<byte> Data(string type) => chunks.GetValueOrDefault(type).Span;
    }

    internal override SKData? Encode(SKPixmap pixels, int quality) => pixels.Encode(SKPngEncoderOptions.Default);

    // After the header chunk.
    internal override byte[] Insert(byte[] file, ImageMetadata metadata, RgbImage image, List<string> notes)
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

        static byte[] PerMeter(double perInch) => BigEndian((uint)Math.Round(perInch / ImageResolution.MetersPerInch));
    }

    /// <summary>Writes one chunk: length, type, data, checksum.</summary>
    internal static void Write(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        stream.Write(BigEndian((uint)data.Length));
        stream.Write(type);
        stream.Write(data);
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        stream.Write(BigEndian(checksum.GetCurrentHashAsUInt32()));
    }

    // The known chunks up to the first that is not whole; of several of a type the last.
    static Dictionary<string, ReadOnlyMemory<byte>> Chunks(byte[] file)
    {
        Dictionary<string, ReadOnlyMemory<byte>> chunks = [];
        for (var at = SignatureSize; at + FrameSize <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - FrameSize)
                break;
            var (type, data) = (Encoding.Latin1.GetString(file, at + 4, 4), file.AsMemory(at + 8, (int)length));
            if (Known.Contains(type) && (type != Xmp || data.Span.StartsWith(XmpKeyword)))
                chunks[type] = data;
            at += FrameSize + (int)length;
        }
        return chunks;
    }

    // Compression flag and method, language, translated keyword, text.
    static byte[]? Text(ReadOnlySpan<byte> data)
    {
        var start = 2;
        for (var i = 0; i < 2; i++)
            if (start < data.Length && data[start..].IndexOf((byte)0) is >= 0 and var length)
                start += length + 1;
            else
                return null;
        return data[0] == 1 ? Inflate(data, start) : data[start..].ToArray();
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
            for (int read; inflated.Length <= LargestInflated && (read = zlib.Read(buffer)) > 0;)
                inflated.Write(buffer.AsSpan(0, read));
            return inflated.Length <= LargestInflated ? inflated.ToArray() : null;
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
