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
    const int LargestProfile = 4 << 20;

    internal static ImageHeader Read(byte[] file)
    {
        byte[]? exif = null, icc = null;
        var complete = false;
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
                        notes.Add("grey was read as RGB");
                    else if (data[9] == 3)
                        notes.Add("the palette was resolved to RGB");
                    break;
                case "eXIf":
                    exif = ExifBlock.Parse(data);
                    break;
                case "iCCP":
                    icc = Inflate(data);
                    break;
                case "IEND":
                    complete = true;
                    break;
            }
            at += FrameSize + (int)length;
        }
        return new() { Exif = exif, Icc = icc, IsComplete = complete, Notes = notes };
    }

    /// <summary>The same file with metadata behind its header chunk.</summary>
    internal static byte[] Insert(byte[] file, ImageMetadata metadata)
    {
        using var result = new MemoryStream();
        var body = SignatureSize + FrameSize + HeaderSize;
        result.Write(file.AsSpan(0, body));
        if (metadata.Icc is not null)
            Write(result, "iCCP"u8, Deflate(metadata.Icc));
        if (metadata.Exif is not null)
            Write(result, "eXIf"u8, metadata.Exif);
        result.Write(file.AsSpan(body));
        return result.ToArray();
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

    // Name, zero, compression method 0, zlib stream.
    static byte[]? Inflate(ReadOnlySpan<byte> data)
    {
        var start = data.IndexOf((byte)0) + 2;
        if (start < 2 || start > data.Length)
            return null;
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(data[start..].ToArray()), CompressionMode.Decompress);
            var profile = new byte[LargestProfile];
            return profile[..zlib.ReadAtLeast(profile, profile.Length, throwOnEndOfStream: false)];
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
