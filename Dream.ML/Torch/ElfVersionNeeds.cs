using System.Buffers.Binary;

namespace Dream.ML.Torch;

/// <summary>The "needed symbol versions" table of a 64-bit little-endian ELF library (section <c>.gnu.version_r</c>).</summary>
static class ElfVersionNeeds
{
    const uint GnuVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    const ushort Weak = 2;                   // VER_FLG_WEAK

    /// <summary>
    /// Marks the need for <paramref name="version"/> as weak, so that the loader no longer insists on it.
    /// Returns whether exactly one such entry was found and marked; otherwise the image is unchanged.
    /// </summary>
    internal static bool TryWeaken(Span<byte> image, string version)
    {
        if (image.Length < 0x40 || !image[..6].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            return false;

        var sections = (int)U64(image, 0x28);
        var sectionSize = U16(image, 0x3A);
        var sectionCount = U16(image, 0x3C);
        var flagsOffset = -1;

        for (var i = 0; i < sectionCount; i++)
        {
            var section = sections + i * sectionSize;
            if (U32(image, section + 4) != GnuVersionNeeds)
                continue;

            var strings = (int)U64(image, sections + (int)U32(image, section + 0x28) * sectionSize + 0x18);
            // Each Verneed (cnt +2, aux +8, next +12) heads a list of Vernaux (flags +4, name +8, next +12).
            for (int need = (int)U64(image, section + 0x18), next = -1; next != 0; need += next)
            {
                next = (int)U32(image, need + 12);
                var aux = need + (int)U32(image, need + 8);
                for (var k = U16(image, need + 2); k > 0; k--, aux += (int)U32(image, aux + 12))
                {
                    if (!IsNamed(image, strings + (int)U32(image, aux + 8), version))
                        continue;
                    if (flagsOffset >= 0)
                        return false;
                    flagsOffset = aux + 4;
                }
            }
        }

        if (flagsOffset < 0)
            return false;
        BinaryPrimitives.WriteUInt16LittleEndian(image[flagsOffset..], (ushort)(U16(image, flagsOffset) | Weak));
        return true;
    }

    static bool IsNamed(ReadOnlySpan<byte> image, int offset, string name)
    {
        var text = image[offset..];
        return System.Text.Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]) == name;
    }

    static ushort U16(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image[offset..]);

    static uint U32(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(image[offset..]);

    static ulong U64(ReadOnlySpan<byte> image, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(image[offset..]);
}
