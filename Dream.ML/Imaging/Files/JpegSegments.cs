using System.Buffers.Binary;

namespace Dream.ML.Imaging.Files;

/// <summary>Reads and inserts the segments of JPEG files that Skia leaves aside.</summary>
static class JpegSegments
{
    const byte StartOfScan = 0xDA;
    const byte App0 = 0xE0;
    const byte App1 = 0xE1;
    const byte App2 = 0xE2;
    const int LargestData = ushort.MaxValue - 2;

    static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    static ReadOnlySpan<byte> ProfileName => "ICC_PROFILE\0"u8;

    internal static ImageHeader Read(byte[] file)
    {
        byte[]? exif = null;
        List<string> notes = [];
        SortedDictionary<byte, byte[]> profile = [];
        var scan = file.Length;
        foreach (var (marker, start, length) in Segments(file))
        {
            var data = file.AsSpan(start, length);
            if (marker == App1 && data.StartsWith(ExifName))
                exif ??= ExifBlock.Parse(data);
            else if (marker == App2 && data.StartsWith(ProfileName) && length > ProfileName.Length + 2)
                profile[data[ProfileName.Length]] = data[(ProfileName.Length + 2)..].ToArray();
            else if (IsFrame(marker) && length > 5 && data[5] == 1)
                notes.Add("grey was read as RGB");
            else if (IsFrame(marker) && length > 5 && data[5] == 4)
                notes.Add("CMYK was converted to RGB");
            else if (marker == StartOfScan)
                scan = start;
        }
        return new()
        {
            Exif = exif,
            Icc = profile.Count == 0 ? null : [.. profile.Values.SelectMany(part => part)],
            IsComplete = file.AsSpan(scan).LastIndexOf(EndOfImage) >= 0,
            Notes = notes,
        };
    }

    /// <summary>Whether an EXIF block fits into its one segment.</summary>
    internal static bool Fits(byte[] exif) => exif.Length <= LargestData - ExifName.Length;

    /// <summary>The same file with metadata behind its first segment.</summary>
    internal static byte[] Insert(byte[] file, ImageMetadata metadata)
    {
        using var result = new MemoryStream();
        var (marker, start, length) = Segments(file).First();
        var body = marker == App0 ? start + length : 2;
        result.Write(file.AsSpan(0, body));
        if (metadata.Exif is not null)
            Write(result, App1, [.. ExifName, .. metadata.Exif]);
        var parts = (metadata.Icc ?? []).Chunk(LargestData - ProfileName.Length - 2).ToArray();
        for (var i = 0; i < parts.Length; i++)
            Write(result, App2, [.. ProfileName, (byte)(i + 1), (byte)parts.Length, .. parts[i]]);
        result.Write(file.AsSpan(body));
        return result.ToArray();
    }

    /// <summary>The segments up to the first scan, as far as they are whole.</summary>
    static IEnumerable<(byte Marker, int Start, int Length)> Segments(byte[] file)
    {
        for (var at = 2; at + 4 <= file.Length && file[at] == 0xFF;)
        {
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
            if (length < 2 || at + 2 + length > file.Length)
                yield break;
            yield return (marker, at + 4, length - 2);
            if (marker == StartOfScan)
                yield break;
            at += 2 + length;
        }
    }

    static void Write(Stream stream, byte marker, ReadOnlySpan<byte> data)
    {
        var length = data.Length + 2;
        stream.Write([0xFF, marker, (byte)(length >> 8), (byte)length]);
        stream.Write(data);
    }

    // C4, C8 and CC share the range and are tables.
    static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
