using System.Buffers.Binary;

namespace Dream.ML.Imaging.Files;

/// <summary>Finds the orientation in an EXIF block (a TIFF file without pixels).</summary>
static class ExifBlock
{
    const ushort OrientationTag = 0x0112;
    const ushort ShortType = 3;
    const int EntrySize = 12;

    static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    /// <summary>The block without the prefix that JPEG demands, or <c>null</c> where it is none.</summary>
    internal static byte[]? Parse(ReadOnlySpan<byte> block)
    {
        if (block.StartsWith(Prefix))
            block = block[Prefix.Length..];
        return block.StartsWith("II*\0"u8) || block.StartsWith("MM\0*"u8) ? block.ToArray() : null;
    }

    /// <summary>1 to 8; 1 (upright) where the block says nothing sensible.</summary>
    internal static int Orientation(byte[] exif) =>
        FindOrientation(exif) is { } at && Read16(exif, at) is >= 1 and <= 8 and var orientation ? orientation : 1;

    /// <summary>A copy that says the image is upright.</summary>
    internal static byte[] Upright(byte[] exif)
    {
        byte[] upright = [.. exif];
        if (FindOrientation(exif) is { } at)
        {
            if (IsLittleEndian(exif))
                BinaryPrimitives.WriteUInt16LittleEndian(upright.AsSpan(at), 1);
            else
                BinaryPrimitives.WriteUInt16BigEndian(upright.AsSpan(at), 1);
        }
        return upright;
    }

    static int? FindOrientation(byte[] exif)
    {
        if (exif.Length < 8)
            return null;
        var directory = IsLittleEndian(exif)
            ? BinaryPrimitives.ReadUInt32LittleEndian(exif.AsSpan(4))
            : BinaryPrimitives.ReadUInt32BigEndian(exif.AsSpan(4));
        if (directory > exif.Length - 2)
            return null;
        var first = (int)directory + 2;
        var end = Math.Min(first + Read16(exif, (int)directory) * EntrySize, exif.Length);
        for (var entry = first; entry + EntrySize <= end; entry += EntrySize)
            if (Read16(exif, entry) == OrientationTag && Read16(exif, entry + 2) == ShortType)
                return entry + 8;
        return null;
    }

    static ushort Read16(byte[] exif, int at) => IsLittleEndian(exif)
        ? BinaryPrimitives.ReadUInt16LittleEndian(exif.AsSpan(at))
        : BinaryPrimitives.ReadUInt16BigEndian(exif.AsSpan(at));

    static bool IsLittleEndian(byte[] exif) => exif[0] == 'I';
}
