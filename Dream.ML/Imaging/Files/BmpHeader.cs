using System.Buffers.Binary;

namespace Dream.ML.Imaging.Files;

/// <summary>Reads what BMP files say beside their pixels.</summary>
static class BmpHeader
{
    const int Start = 14;
    const uint InfoSize = 40;
    const uint Version4Size = 108;

    internal static ImageHeader Read(byte[] file)
    {
        var size = file.Length >= Start + 4 ? BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(Start)) : 0;
        if (size < InfoSize || size > file.Length - Start)
            return new();
        var info = file.AsSpan(Start, (int)size);
        return new()
        {
            Metadata = new(Exif: null, Icc: null)
            {
                Resolution = ImageResolution.PerMeter(
                    BinaryPrimitives.ReadUInt32LittleEndian(info[24..]), BinaryPrimitives.ReadUInt32LittleEndian(info[28..])),
            },
            Notes = size >= Version4Size && DescribesColors(info) ? [ImageFileReader.UnusedColors] : [],
        };
    }

    // A profile, inside the file or beside it, or primaries (many writers leave them zero and mean sRGB).
    static bool DescribesColors(ReadOnlySpan<byte> info) => info[56..60] switch
    {
        [(byte)'D', (byte)'E', (byte)'B', (byte)'M'] or [(byte)'K', (byte)'N', (byte)'I', (byte)'L'] => true,
        [0, 0, 0, 0] => info[60..108].ContainsAnyExcept((byte)0),
        _ => false,
    };
}
