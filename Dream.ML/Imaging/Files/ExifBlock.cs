namespace Dream.ML.Imaging.Files;

/// <summary>Reads and corrects what an EXIF block (a TIFF file without pixels) says of the image.</summary>
static class ExifBlock
{
    const uint SrgbColors = 1, AdobeRgbColors = 2;

    enum Tag : ushort
    {
        InteroperabilityIndex = 0x0001, Width = 0x0100, Height = 0x0101, Orientation = 0x0112, ThumbnailStart = 0x0201, ThumbnailLength = 0x0202,
        Details = 0x8769, ColorSpace = 0xA001, PixelWidth = 0xA002, PixelHeight = 0xA003, Interoperability = 0xA005,
    }

    static ReadOnlySpan<byte> AdobeRgbIndex => "R03\0"u8;

    static ReadOnlySpan<byte> SrgbIndex => "R98\0"u8;

    /// <summary>A copy of the block without the prefix that JPEG demands, or <c>null</c> where it is none.</summary>
    internal static byte[]? Parse(ReadOnlySpan<byte> block)
    {
        if (block.StartsWith("Exif\0\0"u8))
            block = block[6..];
        return block.Length >= 8 && (block.StartsWith("II*\0"u8) || block.StartsWith("MM\0*"u8)) ? block.ToArray() : null;
    }

    /// <summary>1 to 8; 1 (upright) where the block says nothing sensible.</summary>
    internal static int Orientation(byte[] exif)
    {
        var tiff = new Tiff(exif);
        return tiff.Number(tiff.Find(tiff.First, Tag.Orientation)) is >= 1 and <= 8 and var orientation ? (int)orientation : 1;
    }

    /// <summary>Whether the colors are Adobe RGB, as cameras say it: by DCF's option file, or by a number of their own.</summary>
    internal static bool IsAdobeRgb(byte[] exif)
    {
        var tiff = new Tiff(exif);
        var details = tiff.Directory(tiff.First, Tag.Details);
        return tiff.Number(tiff.Find(details, Tag.ColorSpace)) switch
        {
            SrgbColors => false,
            AdobeRgbColors => true,
            _ => ColorIndex(tiff, details).SequenceEqual(AdobeRgbIndex),
        };
    }

    /// <summary>A copy that says the image is upright, and sRGB where asked for; without the thumbnail.</summary>
    internal static byte[] Upright(byte[] exif, bool isSrgb)
    {
        var tiff = new Tiff([.. exif]);
        tiff.SetNumber(tiff.First, Tag.Orientation, 1);
        if (isSrgb)
        {
            var details = tiff.Directory(tiff.First, Tag.Details);
            tiff.SetNumber(details, Tag.ColorSpace, SrgbColors);
            var index = ColorIndex(tiff, details);
            if (index.SequenceEqual(AdobeRgbIndex))
                SrgbIndex.CopyTo(index);
        }
        return WithoutThumbnail(tiff);
    }

    /// <summary>A copy that says how large the image is, where it said so before.</summary>
    internal static byte[] WithSize(byte[] exif, int width, int height)
    {
        var tiff = new Tiff([.. exif]);
        var details = tiff.Directory(tiff.First, Tag.Details);
        tiff.SetNumber(tiff.First, Tag.Width, (uint)width);
        tiff.SetNumber(tiff.First, Tag.Height, (uint)height);
        tiff.SetNumber(details, Tag.PixelWidth, (uint)width);
        tiff.SetNumber(details, Tag.PixelHeight, (uint)height);
        return tiff.Data;
    }

    static Span<byte> ColorIndex(Tiff tiff, int? details) =>
        tiff.Find(tiff.Directory(details, Tag.Interoperability), Tag.InteroperabilityIndex) is { } index ? tiff.Value(index) : [];

    // It is the picture before it was turned and enlarged.
    static byte[] WithoutThumbnail(Tiff tiff)
    {
        if (tiff.Unlink(tiff.First) is not { } directory || directory == tiff.First
            || tiff.Number(tiff.Find(directory, Tag.ThumbnailStart)) is not (>= 8 and var start)
            || tiff.Number(tiff.Find(directory, Tag.ThumbnailLength)) is not { } length || start + (ulong)length > (ulong)tiff.Data.Length)
            return tiff.Data;
        tiff.Data.AsSpan((int)start, (int)length).Clear();
        return start + length == tiff.Data.Length ? tiff.Data[..(int)start] : tiff.Data;
    }

    /// <summary>The directories and entries of a TIFF file. Positions are those of entries or directories in it.</summary>
    readonly struct Tiff(byte[] data)
    {
        const int EntrySize = 12;
        const uint Short = 3, Long = 4;

        internal byte[] Data => data;

        internal int? First => At(Read(4, 4));

        internal int? Find(int? directory, Tag tag)
        {
            if (directory is { } start)
                for (var entry = start + 2; entry < End(start); entry += EntrySize)
                    if ((Tag)Read(entry, 2) == tag)
                        return entry;
            return null;
        }

        /// <summary>The directory that an entry of another one points to.</summary>
        internal int? Directory(int? directory, Tag tag) => Number(Find(directory, tag)) is { } start ? At(start) : null;

        internal uint? Number(int? entry) => entry is not { } at || Read(at + 4, 4) != 1 ? null : Read(at + 2, 2) switch
        {
            Short => Read(at + 8, 2),
            Long => Read(at + 8, 4),
            _ => null,
        };

        /// <summary>Replaces a number, where there is one.</summary>
        internal void SetNumber(int? directory, Tag tag, uint number)
        {
            if (Find(directory, tag) is not { } at || Number(at) is null)
                return;
            if (number > ushort.MaxValue)
                Write(at + 2, 2, Long);
            Write(at + 8, Read(at + 2, 2) == Long ? 4 : 2, number);
        }

        /// <summary>The four bytes of an entry that hold its value or say where it is.</summary>
        internal Span<byte> Value(int entry) => data.AsSpan(entry + 8, 4);

        /// <summary>Makes a directory the last one.</summary>
        /// <returns>The one that followed it.</returns>
        internal int? Unlink(int? directory)
        {
            if (directory is not { } start || End(start) + 4 > data.Length)
                return null;
            var next = At(Read(End(start), 4));
            Write(End(start), 4, 0);
            return next;
        }

        // After the last whole entry.
        int End(int directory) => directory + 2
            + Math.Min((int)Read(directory, 2), (data.Length - directory - 2) / EntrySize) * EntrySize;

        int? At(uint position) => position >= 8 && position <= data.Length - 2 ? (int)position : null;

        uint Read(int at, int size)
        {
            uint number = 0;
            for (var i = 0; i < size; i++)
                number |= (uint)data[at + i] << Shift(i, size);
            return number;
        }

        void Write(int at, int size, uint number)
        {
            for (var i = 0; i < size; i++)
                data[at + i] = (byte)(number >> Shift(i, size));
        }

        int Shift(int i, int size) => 8 * (data[0] == 'I' ? i : size - 1 - i);
    }
}
