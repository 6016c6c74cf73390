using System.Buffers.Binary;

namespace Dream.ML.Imaging.Files;

/// <summary>Reads and inserts the segments of JPEG files that Skia leaves aside.</summary>
static class JpegSegments
{
    const byte StartOfImage = 0xD8;
    const byte EndOfImage = 0xD9;
    const byte StartOfScan = 0xDA;
    const byte JpegLs = 0xF7;
    const byte App0 = 0xE0;
    const byte App1 = 0xE1;
    const byte App2 = 0xE2;
    const byte App13 = 0xED;
    const byte App14 = 0xEE;
    const int LargestData = ushort.MaxValue - 2;
    const int ResourceHead = 12;

    static ReadOnlySpan<byte> JfifName => "JFIF\0"u8;

    static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;

    static ReadOnlySpan<byte> ExtendedXmpName => "http://ns.adobe.com/xmp/extension/\0"u8;

    static ReadOnlySpan<byte> ProfileName => "ICC_PROFILE\0"u8;

    static ReadOnlySpan<byte> PhotoshopName => "Photoshop 3.0\0"u8;

    // A Photoshop resource: signature, number, an empty name; the length of its data follows.
    static ReadOnlySpan<byte> IptcResource => "8BIM\u0004\u0004\0\0"u8;

    internal static ImageHeader Read(byte[] file)
    {
        byte[]? exif = null, xmp = null, iptc = null;
        ImageResolution? resolution = null;
        SortedDictionary<byte, byte[]> profile = [];
        List<string> notes = [];
        string? unsupported = null;
        var (components, hasAdobeMark, hasScan, hasEnd, isCutShort) = (0, false, false, false, false);
        foreach (var (marker, start, length) in Segments(file))
        {
            var data = file.AsSpan(start, length);
            if (marker == App0 && data.StartsWith(JfifName) && length >= 12)
                resolution ??= Resolution(data[7], data[8..]);
            else if (marker == App1 && data.StartsWith(ExifName))
                exif ??= ExifBlock.Parse(data);
            else if (marker == App1 && data.StartsWith(XmpName))
                xmp ??= data[XmpName.Length..].ToArray();
            else if (marker == App1 && data.StartsWith(ExtendedXmpName) && !notes.Contains(ExtendedXmp))
                notes.Add(ExtendedXmp);
            else if (marker == App2 && data.StartsWith(ProfileName) && length > ProfileName.Length + 2)
                profile[data[ProfileName.Length]] = data[(ProfileName.Length + 2)..].ToArray();
            else if (marker == App13 && data.StartsWith(PhotoshopName))
                iptc ??= Iptc(data[PhotoshopName.Length..]);
            else if (marker == App14 && data.StartsWith("Adobe"u8))
                hasAdobeMark = true;
            else if ((IsFrame(marker) || marker == JpegLs) && length > 5 && !hasScan)
                (components, unsupported) = (data[5], Unsupported(marker, data[0]));
            else if (marker == StartOfImage)
                isCutShort |= hasScan;
            hasScan |= marker == StartOfScan;
            hasEnd |= hasScan && marker == EndOfImage;
        }
        if (components == 1)
            notes.Add("gray was read as RGB");
        else if (components == 4)
            notes.Add(hasAdobeMark
                ? "CMYK was converted to RGB"
                : "CMYK was converted to RGB; the file does not tell whether its inks are inverted: it may look like a negative");
        return new()
        {
            Metadata = new(exif, profile.Count == 0 ? null : [.. profile.Values.SelectMany(part => part)])
            {
                Xmp = xmp,
                Iptc = iptc,
                Resolution = resolution,
            },
            Unsupported = unsupported,
            HasEnd = hasEnd,
            IsCutShort = isCutShort,
            Notes = notes,
        };
    }

    /// <summary>Ends a file that lacks its end mark, behind bytes of filling that decode to something.</summary>
    internal static byte[] End(byte[] file, int filling) =>
        [.. file.AsSpan().TrimEnd([(byte)0, (byte)0xFF]), .. Enumerable.Repeat((byte)0x5A, filling), 0xFF, EndOfImage];

    /// <summary>The same file with metadata behind its first segment; what does not fit is left out and named.</summary>
    internal static byte[] Insert(byte[] file, ImageMetadata metadata, List<string> notes)
    {
        using var result = new MemoryStream();
        var (marker, start, length) = Segments(file).First();
        var body = marker == App0 ? start + length : 2;
        result.Write(file.AsSpan(0, body));
        if (metadata.Resolution is { } resolution && file.AsSpan(start).StartsWith(JfifName))
            WriteResolution(result.GetBuffer().AsSpan(start + 7), resolution);
        if (metadata.Exif is { } exif)
            WriteIfFits(App1, "EXIF", [.. ExifName, .. exif]);
        if (metadata.Xmp is { } xmp)
            WriteIfFits(App1, "XMP", [.. XmpName, .. xmp]);
        if (metadata.Iptc is { } iptc)
            WriteIfFits(App13, "IPTC",
                [.. PhotoshopName, .. IptcResource, .. BigEndian(iptc.Length), .. iptc, .. new byte[iptc.Length % 2]]);
        var parts = (metadata.Icc ?? []).Chunk(LargestData - ProfileName.Length - 2).ToArray();
        for (var i = 0; i < parts.Length; i++)
            Write(result, App2, [.. ProfileName, (byte)(i + 1), (byte)parts.Length, .. parts[i]]);
        result.Write(file.AsSpan(body));
        return result.ToArray();

        void WriteIfFits(byte marker, string name, byte[] data)
        {
            if (data.Length <= LargestData)
                Write(result, marker, data);
            else
                notes.Add($"{name} was dropped: it is larger than JPEG allows");
        }
    }

    const string ExtendedXmp = "the extended part of XMP was dropped";

    /// <summary>
    /// The segments of a file, those behind its scans too, up to its end mark and as far as they are whole. As decoders
    /// do, it passes by what stands between them: stray bytes, and the data of scans.
    /// </summary>
    static IEnumerable<(byte Marker, int Start, int Length)> Segments(byte[] file)
    {
        for (var at = 2; ;)
        {
            var found = file.AsSpan(at).IndexOf((byte)0xFF);
            if (found < 0)
                yield break;
            at += found;
            while (at < file.Length && file[at] == 0xFF)
                at++;
            if (at == file.Length)
                yield break;
            var marker = file[at++];
            // A byte of 0xFF in the data, or a marker without a length.
            if (marker is 0 or 1 or (>= 0xD0 and <= 0xD7))
                continue;
            if (marker is StartOfImage or EndOfImage)
            {
                yield return (marker, at, 0);
                if (marker == EndOfImage)
                    yield break;
                continue;
            }
            if (at + 2 > file.Length)
                yield break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at));
            if (length < 2 || at + length > file.Length)
                yield break;
            yield return (marker, at + 2, length - 2);
            at += length;
        }
    }

    static string? Unsupported(byte marker, byte precision) => marker switch
    {
        JpegLs => "a JPEG-LS file",
        0xC3 or 0xC7 or 0xCB or 0xCF => "a lossless JPEG",
        0xC5 or 0xC6 or 0xCD or 0xCE => "a hierarchical JPEG",
        _ => precision == 8 ? null : $"a {precision}-bit JPEG",
    };

    static ImageResolution? Resolution(byte unit, ReadOnlySpan<byte> density)
    {
        const double InchesPerCentimeter = 2.54;
        var (x, y) = (BinaryPrimitives.ReadUInt16BigEndian(density), BinaryPrimitives.ReadUInt16BigEndian(density[2..]));
        var factor = unit switch
        {
            1 => 1,
            2 => InchesPerCentimeter,
            _ => 0,
        };
        return factor * x * y > 0 ? new(x * factor, y * factor) : null;
    }

    static void WriteResolution(Span<byte> unitAndDensity, ImageResolution resolution)
    {
        unitAndDensity[0] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(unitAndDensity[1..], (ushort)Math.Clamp(Math.Round(resolution.X), 1, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16BigEndian(unitAndDensity[3..], (ushort)Math.Clamp(Math.Round(resolution.Y), 1, ushort.MaxValue));
    }

    static byte[]? Iptc(ReadOnlySpan<byte> resources)
    {
        while (resources.Length >= ResourceHead && resources.StartsWith("8BIM"u8))
        {
            // A name with its length before it, of even length in all.
            var name = (resources[6] + 2) & ~1;
            if (resources.Length < 6 + name + 4)
                return null;
            var length = BinaryPrimitives.ReadUInt32BigEndian(resources[(6 + name)..]);
            var data = resources[(6 + name + 4)..];
            if (length > data.Length)
                return null;
            if (resources[4] == 4 && resources[5] == 4)
                return data[..(int)length].ToArray();
            resources = data[Math.Min((int)(length + length % 2), data.Length)..];
        }
        return null;
    }

    static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
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
