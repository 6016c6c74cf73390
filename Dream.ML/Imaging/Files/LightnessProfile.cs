using System.Buffers.Binary;

namespace Dream.ML.Imaging.Files;

/// <summary>
/// Gray profiles whose curve gives lightness (CIE L*) instead of light: the one common kind that Skia cannot convert.
/// </summary>
static class LightnessProfile
{
    const int HeaderSize = 128;
    const int TagSize = 12;

    /// <summary>The sRGB level of each gray level, or <c>null</c> where the profile is another one.</summary>
    internal static byte[]? SrgbLevels(ReadOnlySpan<byte> icc)
    {
        if (icc.Length < HeaderSize || !icc[16..].StartsWith("GRAYLab "u8))
            return null;
        var tag = HeaderSize + 4;
        while (tag + TagSize <= icc.Length && !icc[tag..].StartsWith("kTRC"u8))
            tag += TagSize;
        var start = tag + TagSize <= icc.Length ? BinaryPrimitives.ReadUInt32BigEndian(icc[(tag + 4)..]) : uint.MaxValue;
        if (start + 12L > icc.Length)
            return null;
        var curve = icc[(int)start..];
        var count = BinaryPrimitives.ReadUInt32BigEndian(curve[8..]);
        if (!curve.StartsWith("curv"u8) || count > (curve.Length - 12) / 2)
            return null;
        var levels = new byte[256];
        for (var level = 0; level < levels.Length; level++)
            levels[level] = Srgb(Light(Lightness(curve[12..], (int)count, level / 255.0)));
        return levels;
    }

    // No entry: the identity. One: an exponent in 256ths. More: a table to interpolate in.
    static double Lightness(ReadOnlySpan<byte> entries, int count, double level)
    {
        if (count == 0)
            return level;
        if (count == 1)
            return Math.Pow(level, BinaryPrimitives.ReadUInt16BigEndian(entries) / 256.0);
        var at = level * (count - 1);
        var before = Math.Min((int)at, count - 2);
        return double.Lerp(Entry(entries, before), Entry(entries, before + 1), at - before);

        static double Entry(ReadOnlySpan<byte> entries, int i) =>
            BinaryPrimitives.ReadUInt16BigEndian(entries[(2 * i)..]) / (double)ushort.MaxValue;
    }

    static double Light(double lightness) => lightness > 0.08
        ? Math.Pow((100 * lightness + 16) / 116, 3)
        : 100 * lightness * 27 / 24_389;

    static byte Srgb(double light) => (byte)Math.Round(255 * Math.Clamp(
        light <= 0.0031308 ? 12.92 * light : 1.055 * Math.Pow(light, 1 / 2.4) - 0.055, 0, 1));
}
