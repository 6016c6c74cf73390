using System.Buffers.Binary;

namespace Dream.ML.Imaging.Files;

/// <summary>BMP files; they are read only.</summary>
sealed class BmpFormat : ImageFormat
{
    const int Start = 14;
    const uint InfoSize = 40;
    const uint Version4Size = 108;

    internal override bool Matches(ReadOnlySpan<byte> start) => start.StartsWith("BM"u8);

    internal override ImageHeader ReadHeader(byte[] file, string name)
    {
        var size = file.Length >= Start + 4 ? BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(Start)) : 0;
        if (size < InfoSize || size > file.Length - Start)
            return new(new(), []);
        var info = file.AsSpan(Start, (int)size);
        var resolution = ImageResolution.PerMeter(
            BinaryPrimitives.ReadUInt32LittleEndian(info[24..]), BinaryPrimitives.ReadUInt32LittleEndian(info[28..]));
        return new(new(Resolution: resolution), size >= Version4Size && DescribesColors(info) ? [UnusedColors] : []);
    }

    // By a profile, inside the file or next to it, or by primaries (many writers leave them zero and mean sRGB).
    static bool DescribesColors(ReadOnlySpan<byte> info) =>
        info[56..].StartsWith("DEBM"u8) || info[56..].StartsWith("KNIL"u8)
        || !info[56..60].ContainsAnyExcept((byte)0) && info[60..108].ContainsAnyExcept((byte)0);
}
