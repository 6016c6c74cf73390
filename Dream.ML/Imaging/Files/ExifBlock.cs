using System.Buffers.Binary;

namespace Dream.ML.Imaging.Files;

/// <summary>Reads and mends what an EXIF block (a TIFF file without pixels) says of the image.</summary>
static class ExifBlock
{
    const ushort Width = 0x0100;
    const ushort Height = 0x0101;
    const ushort OrientationTag = 0x0112;
    const ushort ThumbnailStart = 0x0201;
    const ushort ThumbnailLength = 0x0202;
    const ushort Details = 0x8769;
    const ushort ColorSpace = 0xA001;
    const ushort PixelWidth = 0xA002;
    const ushort PixelHeight = 0xA003;
    const ushort Interoperability = 0xA005;
    const ushort InteroperabilityIndex = 0x0001;

    const ushort SrgbColors = 1;
    const ushort AdobeRgbColors = 2;

    static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    static ReadOnlySpan<byte> AdobeRgbIndex => "R03\0"u8;

    static ReadOnlySpan<byte> SrgbIndex => "R98\0"u8;

    /// <summary>The block without the prefix that JPEG demands, or <c>null</c> where it is none.</summary>
    internal static byte[]? Parse(ReadOnlySpan<byte> block)
    {
        if (block.StartsWith(Prefix))
            block = block[Prefix.Length..];
        return block.Length >= 8 && (block.StartsWith("II*\0"u8) || block.StartsWith("MM\0*"u8)) ? block.ToArray() : null;
    }

    /// <summary>1 to 8; 1 (upright) where the block says nothing sensible.</summary>
    internal static int Orientation(byte[] exif)
    {
        var tiff = new Tiff(exif);
        return tiff.Number(tiff.Find(tiff.First, OrientationTag)) is >= 1 and <= 8 and var orientation ? (int)orientation : 1;
    }

    /// <summary>Whether the colors are Adobe RGB, as cameras say it: by DCF's option file, or by a number of their own.</summary>
    internal static bool IsAdobeRgb(byte[] exif)
    {
        var tiff = new Tiff(exif);
        var details = tiff.Directory(tiff.Find(tiff.First, Details));
        return tiff.Number(tiff.Find(details, ColorSpace)) switch
        {
            SrgbColors => false,
            AdobeRgbColors => true,
            _ => tiff.Find(tiff.Directory(tiff.Find(details, Interoperability)), InteroperabilityIndex) is { } index
                && tiff.Value(index).SequenceEqual(AdobeRgbIndex),
        };
    }

    /// <summary>A copy that says the image is upright, and sRGB where asked for; without the thumbnail.</summary>
    internal static byte[] Upright(byte[] exif, bool isSrgb)
    {
        var tiff = new Tiff([.. exif]);
        tiff.SetNumber(tiff.Find(tiff.First, OrientationTag), 1);
        if (isSrgb)
        {
            var details = tiff.Directory(tiff.Find(tiff.First, Details));
            tiff.SetNumber(tiff.Find(details, ColorSpace), SrgbColors);
            if (tiff.Find(tiff.Directory(tiff.Find(details, Interoperability)), InteroperabilityIndex) is { } index
                && tiff.Value(index).SequenceEqual(AdobeRgbIndex))
                SrgbIndex.CopyTo(tiff.Value(index));
        }
        return WithoutThumbnail(tiff);
    }

    /// <summary>A copy that says how large the image is, where it said so before.</summary>
    internal static byte[] WithSize(byte[] exif, int width, int height)
    {
        var tiff = new Tiff([.. exif]);
        var details = tiff.Directory(tiff.Find(tiff.First, Details));
        foreach (var (directory, tag, side) in new[]
        {
            (tiff.First, Width, width), (tiff.First, Height, height), (details, PixelWidth, width), (details, PixelHeight, height),
        })
            tiff.SetNumber(tiff.Find(directory, tag), (uint)side);
        return tiff.Data;
    }

    // It is the picture before it was turned and enlarged.
    static byte[] WithoutThumbnail(Tiff tiff)
    {
        if (tiff.Unlink(tiff.First) is not { } directory || directory == tiff.First)
            return tiff.Data;
        var thumbnail = (Start: tiff.Number(tiff.Find(directory, ThumbnailStart)), Length: tiff.Number(tiff.Find(directory, ThumbnailLength)));
        if (thumbnail is not ({ } start and >= 8, { } length) || start + (ulong)length > (ulong)tiff.Data.Length)
            return tiff.Data;
        tiff.Data.AsSpan((int)start, (int)length).Clear();
        return start + length == tiff.Data.Length ? tiff.Data[..(int)start] : tiff.Data;
    }

    /// <summary>The directories and entries of a TIFF file. Positions are those of entries or directories in it.</summary>
    readonly struct Tiff(byte[] data)
    {
        const int EntrySize = 12;
        const ushort Short = 3;
        const ushort Long = 4;

        readonly bool _isLittleEndian = data[0] == 'I';

        internal byte[] Data => data;

        internal int? First => At(Read32(4));

        internal int? Find(int? directory, ushort tag)
        {
            if (directory is not { } start)
                return null;
            for (var entry = start + 2; entry < End(start); entry += EntrySize)
                if (Read16(entry) == tag)
                    return entry;
            return null;
        }

        /// <summary>The directory that an entry points to.</summary>
        internal int? Directory(int? entry) => Number(entry) is { } start ? At(start) : null;

        internal uint? Number(int? entry) => entry is not { } at || Read32(at + 4) != 1 ? null : Read16(at + 2) switch
        {
            Short => Read16(at + 8),
            Long => Read32(at + 8),
            _ => null,
        };

        /// <summary>Replaces a number, where there is one.</summary>
        internal void SetNumber(int? entry, uint number)
        {
            if (Number(entry) is null || entry is not { } at)
                return;
            if (number > ushort.MaxValue)
                Write16(at + 2, Long);
            if (Read16(at + 2) == Long)
                Write32(at + 8, number);
            else
                Write16(at + 8, (ushort)number);
        }

        /// <summary>The four bytes of an entry that hold its value or say where it is.</summary>
        internal Span<byte> Value(int entry) => data.AsSpan(entry + 8, 4);

        /// <summary>Makes a directory the last one.</summary>
        /// <returns>The one that followed it.</returns>
        internal int? Unlink(int? directory)
        {
            if (directory is not { } start || End(start) + 4 > data.Length)
                return null;
            var next = At(Read32(End(start)));
            Write32(End(start), 0);
            return next;
        }

        // Behind the last whole entry.
        int End(int directory) => directory + 2
            + Math.Min(Read16(directory), (data.Length - directory - 2) / EntrySize) * EntrySize;

        int? At(uint position) => position >= 8 && position <= data.Length - 2 ? (int)position : null;

        ushort Read16(int at) => _isLittleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(at))
            : BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(at));

        uint Read32(int at) => _isLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(at))
            : BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(at));

        void Write16(int at, ushort number)
        {
            if (_isLittleEndian)
                BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(at), number);
            else
                BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(at), number);
        }

        void Write32(int at, uint number)
        {
            if (_isLittleEndian)
                BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(at), number);
            else
                BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(at), number);
        }
    }
}
