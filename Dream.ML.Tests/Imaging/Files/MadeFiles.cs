using System.Buffers.Binary;
using System.IO.Compression;
using Dream.ML.Imaging.Files;

namespace Dream.ML.Tests.Imaging.Files;

/// <summary>Image files made by hand or by the writer.</summary>
static class MadeFiles
{
    internal static readonly ImageMetadata NoMetadata = new();

    internal static byte[] Encode(
        RgbImage image, ImageFileFormat format = ImageFileFormat.Png, byte[]? exif = null, byte[]? icc = null) =>
        ImageFileWriter.Encode(image, new(exif, icc), format, quality: 95).File;

    /// <summary>A PNG file of rows that are already filtered (a zero before each).</summary>
    internal static byte[] Png(int width, int height, byte depth, byte colorType, byte[] rows, byte[]? palette = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, colorType);
        PngFormat.Write(file, "IHDR"u8, header);
        if (palette is not null)
            PngFormat.Write(file, "PLTE"u8, palette);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
            zlib.Write(rows);
        PngFormat.Write(file, "IDAT"u8, packed.ToArray());
        PngFormat.Write(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>An EXIF block whose only entry is the orientation.</summary>
    internal static byte[] Exif(byte orientation, bool littleEndian = true) => littleEndian
        ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
        : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>Two frames of one pixel each: the first red, the second blue.</summary>
    internal static byte[] Gif() =>
    [
        .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255,
        0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0,
        0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 1, 0,
        0x3B,
    ];

    /// <summary>A WebP file with a frame for each image, all of one size up to 256×256.</summary>
    internal static byte[] AnimatedWebP(params RgbImage[] frames)
    {
        byte[] size = [(byte)(frames[0].Width - 1), 0, 0, (byte)(frames[0].Height - 1), 0, 0];
        byte[] chunks =
        [
            .. Chunk("VP8X"u8, [0x02, 0, 0, 0, .. size]),
            .. Chunk("ANIM"u8, new byte[6]),
            .. frames.SelectMany(frame => Chunk("ANMF"u8, [.. new byte[6], .. size, 100, 0, 0, 0, .. Pixels(frame)])),
        ];
        return Chunk("RIFF"u8, [.. "WEBP"u8, .. chunks]);

        static byte[] Pixels(RgbImage frame)
        {
            var file = Encode(frame, ImageFileFormat.WebP);
            return file[file.AsSpan().IndexOf("VP8 "u8)..];
        }

        static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data) =>
            [.. type, .. BitConverter.GetBytes(data.Length), .. data, .. new byte[data.Length % 2]];
    }

    /// <summary>One red pixel, 24 bits.</summary>
    internal static byte[] Bmp() =>
    [
        .. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
        40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 4, 0, 0, 0, .. new byte[16],
        0, 0, 255, 0,
    ];

    /// <summary>
    /// A baseline JPEG of 8×8 pixels with four components, each of one gray: 128. All quantizers are 1, and each
    /// component has one code, for "no difference", and one, for "end of block".
    /// </summary>
    internal static byte[] CmykJpeg() =>
    [
        0xFF, 0xD8,
        0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
        0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
        0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0,
        0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0,
        0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0,
        0x00,
        0xFF, 0xD9,
    ];

    /// <summary>A profile whose lightness and chroma are linear in the inks, by a table of their sixteen corners.</summary>
    internal static byte[] InkProfile()
    {
        byte[] identity = [.. Enumerable.Range(0, 256).Select(level => (byte)level)];
        byte[] matrix = [.. new[] { 1, 0, 0, 0, 1, 0, 0, 0, 1 }.SelectMany(one => new byte[] { 0, (byte)one, 0, 0 })];
        var corners = Enumerable.Range(0, 16)
            .Select(i => (C: i >> 3, M: i >> 2 & 1, Y: i >> 1 & 1, K: i & 1))
            .SelectMany(ink => new[]
            {
                (byte)Math.Round(2.55 * (100 - 20 * ink.C - 15 * ink.M - 5 * ink.Y - 50 * ink.K)),
                (byte)(128 - 30 * ink.C + 40 * ink.M),
                (byte)(128 - 20 * ink.C + 30 * ink.Y),
            });
        byte[] table =
        [
            .. "mft1"u8, 0, 0, 0, 0, 4, 3, 2, 0, .. matrix,
            .. identity, .. identity, .. identity, .. identity, .. corners, .. identity, .. identity, .. identity,
        ];
        const int HeaderSize = 128, Start = HeaderSize + 4 + 12;
        var profile = new byte[Start + table.Length];
        BinaryPrimitives.WriteInt32BigEndian(profile, profile.Length);
        profile[8] = 2;
        "prtrCMYKLab "u8.CopyTo(profile.AsSpan(12));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        new byte[] { 0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D }.CopyTo(profile, 68);
        profile[HeaderSize + 3] = 1;
        "A2B0"u8.CopyTo(profile.AsSpan(HeaderSize + 4));
        BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(HeaderSize + 8), Start);
        BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(HeaderSize + 12), table.Length);
        table.CopyTo(profile, Start);
        return profile;
    }

    /// <summary>An image whose every pixel has another color and, where asked for, opacity.</summary>
    internal static RgbImage Distinct(int width, int height, bool withAlpha = false) => new(
        width, height,
        [.. Enumerable.Range(0, 3 * width * height).Select(i => (byte)(i * 37 + 11))],
        withAlpha ? [.. Enumerable.Range(0, width * height).Select(i => (byte)(i * 29))] : null);
}
