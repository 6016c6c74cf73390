using System.Buffers.Binary;
using SkiaSharp;

namespace Dream.ML.Imaging.Files;

/// <summary>JPEG files, and those of their segments that Skia leaves aside.</summary>
sealed class JpegFormat : WritableFormat
{
    const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, JpegLs = 0xF7;
    const byte App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, App13 = 0xED, App14 = 0xEE;
    const int LargestData = ushort.MaxValue - 2;
    const string ExtendedXmp = "the extended part of XMP was dropped";

    static ReadOnlySpan<byte> JfifName => "JFIF\0"u8;

    static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;

    static ReadOnlySpan<byte> ProfileName => "ICC_PROFILE\0"u8;

    static ReadOnlySpan<byte> PhotoshopName => "Photoshop 3.0\0"u8;

    // A Photoshop resource: signature, number, an empty name; the length of its data follows.
    static ReadOnlySpan<byte> IptcResource => "8BIM\u0004\u0004\0\0"u8;

    internal override string[] Extensions => [".jpg", ".jpeg", ".jpe", ".jfif"];

    internal override string MediaType => "image/jpeg";

    internal override int MaxSide => 65_500;

    internal override bool HasAlpha => false;

    internal override bool Matches(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0xFF, StartOfImage, 0xFF]);

    internal override ImageHeader ReadHeader(byte[] file, string name)
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
            else if (marker == App1 && data.StartsWith("http://ns.adobe.com/xmp/extension/\0"u8) && !notes.Contains(ExtendedXmp))
                notes.Add(ExtendedXmp);
            else if (marker == App2 && data.StartsWith(ProfileName) && length > ProfileName.Length + 2)
                profile[data[ProfileName.Length]] = data[(ProfileName.Length + 2)..].ToArray();
            else if (marker == App13 && data.StartsWith(PhotoshopName))
                iptc ??= Iptc(data[PhotoshopName.Length..]);
            else if (marker == App14 && data.StartsWith("Adobe"u8))
                hasAdobeMark = true;
            else if ((IsFrame(marker) || marker == JpegLs) && length > 5 && !hasScan)
                (components, unsupported) = (data[5], UnsupportedKind(marker, data[0]));
            isCutShort |= hasScan && marker == StartOfImage;
            hasScan |= marker == StartOfScan;
            hasEnd |= hasScan && marker == EndOfImage;
        }
        if (unsupported is not null)
            throw Unsupported(name, unsupported);
        if (isCutShort)
            throw ImageFileException.Truncated(name);
        if (components == 1)
            notes.Add("gray was read as RGB");
        else if (components == 4)
            notes.Add("CMYK was converted to RGB" + (hasAdobeMark
                ? "" : "; the file does not tell whether its inks are inverted: it may look like a negative"));
        return new(new(exif, profile.Count == 0 ? null : [.. profile.Values.SelectMany(part => part)], xmp, iptc, resolution), notes, HasEnd: hasEnd);
    }

    internal override byte[] End(byte[] file, int filling) =>
        [.. file.AsSpan().TrimEnd([(byte)0, (byte)0xFF]), .. Enumerable.Repeat((byte)0x5A, filling), 0xFF, EndOfImage];

    internal override SKData? Encode(SKPixmap pixels, int quality) => pixels.Encode(SKEncodedImageFormat.Jpeg, quality);

    // After the first segment.
    internal override byte[] Insert(byte[] file, ImageMetadata metadata, RgbImage image, List<string> notes)
    {
        using var result = new MemoryStream();
        var (marker, start, length) = Segments(file).First();
        var body = marker == App0 ? start + length : 2;
        result.Write(file.AsSpan(0, body));
        if (metadata.Resolution is { } resolution && file.AsSpan(start).StartsWith(JfifName))
        {
            result.Position = start + 7;
            result.Write([1, .. Density(resolution.X), .. Density(resolution.Y)]);
            result.Position = body;
        }
        if (metadata.Exif is { } exif)
            Write(App1, "EXIF", [.. ExifName, .. exif]);
        if (metadata.Xmp is { } xmp)
            Write(App1, "XMP", [.. XmpName, .. xmp]);
        if (metadata.Iptc is { } iptc)
            Write(App13, "IPTC",
                [.. PhotoshopName, .. IptcResource, .. BigEndian((uint)iptc.Length), .. iptc, .. new byte[iptc.Length % 2]]);
        var parts = (metadata.Icc ?? []).Chunk(LargestData - ProfileName.Length - 2).ToArray();
        for (var i = 0; i < parts.Length; i++)
            Write(App2, "a profile", [.. ProfileName, (byte)(i + 1), (byte)parts.Length, .. parts[i]]);
        result.Write(file.AsSpan(body));
        return result.ToArray();

        void Write(byte marker, string name, byte[] data)
        {
            if (data.Length > LargestData)
                notes.Add($"{name} was dropped: it is larger than JPEG allows");
            else
                result.Write([0xFF, marker, .. BigEndian((uint)data.Length + 2)[2..], .. data]);
        }

        static byte[] Density(double perInch) => BigEndian((uint)Math.Clamp(Math.Round(perInch), 1, ushort.MaxValue))[2..];
    }

    /// <summary>
    /// The segments of a file, those after its scans too, up to its end mark and as far as they are whole. As decoders
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
            var length = 0;
            if (marker is not (StartOfImage or EndOfImage))
            {
                length = at + 2 <= file.Length ? BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at)) - 2 : -1;
                at += 2;
            }
            if (length < 0 || at + length > file.Length)
                yield break;
            yield return (marker, at, length);
            if (marker == EndOfImage)
                yield break;
            at += length;
        }
    }

    static string? UnsupportedKind(byte marker, byte precision) => marker switch
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
        var factor = unit == 1 ? 1 : unit == 2 ? InchesPerCentimeter : 0;
        return factor * x * y > 0 ? new(x * factor, y * factor) : null;
    }

    static byte[]? Iptc(ReadOnlySpan<byte> resources)
    {
        while (resources.Length >= IptcResource.Length + 4 && resources.StartsWith("8BIM"u8))
        {
            // A name with its length before it, of even length in all.
            var start = 6 + ((resources[6] + 2) & ~1) + 4;
            if (resources.Length < start)
                return null;
            var length = BinaryPrimitives.ReadUInt32BigEndian(resources[(start - 4)..]);
            if (length > resources.Length - start)
                return null;
            if (resources[4..].StartsWith(IptcResource[4..6]))
                return resources.Slice(start, (int)length).ToArray();
            resources = resources[(int)Math.Min(start + length + length % 2, resources.Length)..];
        }
        return null;
    }

    // C4, C8 and CC share the range and are tables.
    static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
