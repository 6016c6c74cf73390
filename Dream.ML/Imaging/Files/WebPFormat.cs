using System.Buffers.Binary;
using System.Text;
using SkiaSharp;

namespace Dream.ML.Imaging.Files;

/// <summary>WebP files, and those of their chunks that Skia leaves aside.</summary>
sealed class WebPFormat : WritableFormat
{
    const int RiffSize = 12;
    const int FrameSize = 8;
    const byte HasXmp = 0x04;
    const byte HasExif = 0x08;
    const byte HasOpacity = 0x10;
    const byte HasIcc = 0x20;

    internal override string[] Extensions => [".webp"];

    internal override string MediaType => "image/webp";

    internal override int MaxSide => 16_383;

    internal override bool Matches(ReadOnlySpan<byte> start) =>
        start.Length >= RiffSize && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8);

    internal override ImageHeader ReadHeader(byte[] file, string name) => new(
        new(Find(file, "EXIF") is { } exif ? ExifBlock.Parse(exif) : null, Find(file, "ICCP"), Find(file, "XMP ")), [],
        HasEnd: BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4)) + FrameSize <= file.Length);

    internal override SKData? Encode(SKPixmap pixels, int quality) =>
        pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality));

    // In the extended form, with metadata before and after the pixels.
    internal override byte[] Insert(byte[] file, ImageMetadata metadata, RgbImage image, List<string> notes)
    {
        if (metadata.Iptc is not null)
            notes.Add("IPTC was dropped: WebP has no place for it");
        if (metadata.Resolution is not null && metadata.Exif is null)
            notes.Add("the resolution was dropped: WebP has no place for it");
        using var result = new MemoryStream();
        result.Write(file.AsSpan(0, RiffSize));
        var flags = (metadata.Exif is null ? 0 : HasExif) | (metadata.Xmp is null ? 0 : HasXmp)
            | (metadata.Icc is null ? 0 : HasIcc) | (image.Alpha is null ? 0 : HasOpacity);
        var (right, bottom) = (image.Width - 1, image.Height - 1);
        Write("VP8X", [(byte)flags, 0, 0, 0, (byte)right, (byte)(right >> 8), 0, (byte)bottom, (byte)(bottom >> 8), 0]);
        Write("ICCP", metadata.Icc);
        foreach (var (type, data) in Chunks(file).Where(chunk => chunk.Type != "VP8X"))
            Write(type, data.Span);
        Write("EXIF", metadata.Exif);
        Write("XMP ", metadata.Xmp);

        var inserted = result.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(inserted.AsSpan(4), inserted.Length - FrameSize);
        return inserted;

        void Write(string type, ReadOnlySpan<byte> data)
        {
            if (data.IsEmpty)
                return;
            result.Write(Encoding.Latin1.GetBytes(type));
            result.Write(BitConverter.GetBytes(data.Length));
            result.Write(data);
            if (data.Length % 2 == 1)
                result.WriteByte(0);
        }
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
}
