using System.Buffers.Binary;
using System.Text;

namespace Dream.ML.Imaging.Files;

/// <summary>Reads and inserts the chunks of WebP files that Skia leaves aside.</summary>
static class WebPChunks
{
    const int RiffSize = 12;
    const int FrameSize = 8;
    const byte HasXmp = 0x04;
    const byte HasExif = 0x08;
    const byte HasAlpha = 0x10;
    const byte HasIcc = 0x20;

    internal static ImageHeader Read(byte[] file) => new()
    {
        Metadata = new(Find(file, "EXIF") is { } exif ? ExifBlock.Parse(exif) : null, Find(file, "ICCP"))
        {
            Xmp = Find(file, "XMP "),
        },
        HasEnd = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4)) + FrameSize <= file.Length,
    };

    /// <summary>
    /// The same file in the extended form, with metadata before and behind its pixels; what WebP has no place for is named.
    /// </summary>
    internal static byte[] Insert(byte[] file, ImageMetadata metadata, RgbImage image, List<string> notes)
    {
        if (metadata.Iptc is not null)
            notes.Add("IPTC was dropped: WebP has no place for it");
        if (metadata.Resolution is not null && metadata.Exif is null)
            notes.Add("the resolution was dropped: WebP has no place for it");
        using var result = new MemoryStream();
        result.Write(file.AsSpan(0, RiffSize));
        var flags = (metadata.Exif is null ? 0 : HasExif)
            | (metadata.Xmp is null ? 0 : HasXmp)
            | (metadata.Icc is null ? 0 : HasIcc)
            | (image.Alpha is null ? 0 : HasAlpha);
        Span<byte> header = stackalloc byte[10];
        BinaryPrimitives.WriteInt32LittleEndian(header, flags);
        // 24 bits each: the height overwrites the width's empty fourth byte.
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], image.Width - 1);
        header[7] = (byte)(image.Height - 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], (ushort)(image.Height - 1 >> 8));
        Write(result, "VP8X"u8, header);
        if (metadata.Icc is not null)
            Write(result, "ICCP"u8, metadata.Icc);
        foreach (var chunk in Chunks(file).Where(chunk => chunk.Type != "VP8X"))
            Write(result, Encoding.Latin1.GetBytes(chunk.Type), chunk.Data.Span);
        if (metadata.Exif is not null)
            Write(result, "EXIF"u8, metadata.Exif);
        if (metadata.Xmp is not null)
            Write(result, "XMP "u8, metadata.Xmp);

        var inserted = result.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(inserted.AsSpan(4), inserted.Length - FrameSize);
        return inserted;
    }

    static IEnumerable<(string Type, ReadOnlyMemory<byte> Data)> Chunks(byte[] file)
    {
        for (var at = RiffSize; at + FrameSize <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4));
            if (length > file.Length - at - FrameSize)
                yield break;
            yield return (Encoding.Latin1.GetString(file, at, 4), file.AsMemory(at + FrameSize, (int)length));
            // Data of odd length is padded.
            at += FrameSize + (int)length + (int)(length & 1);
        }
    }

    static byte[]? Find(byte[] file, string type) =>
        Chunks(file).Where(chunk => chunk.Type == type).Select(chunk => chunk.Data.ToArray()).FirstOrDefault();

    static void Write(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        stream.Write(type);
        stream.Write(length);
        stream.Write(data);
        if (data.Length % 2 == 1)
            stream.WriteByte(0);
    }
}
