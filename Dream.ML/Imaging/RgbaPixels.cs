using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Dream.ML.Imaging;

/// <summary>Pixels of four bytes: red, green, blue, or the reverse, and opacity.</summary>
static class RgbaPixels
{
    /// <summary>Whether every pixel is opaque.</summary>
    internal static bool AreOpaque(ReadOnlySpan<byte> rgba) =>
        // Opacity is the highest byte of a 32-bit number.
        TensorPrimitives.Min(MemoryMarshal.Cast<byte, uint>(rgba)) >= 0xFF000000;

    /// <summary>Separates colors and opacity; the latter is left out where there is no room for it.</summary>
    internal static void Split(ReadOnlySpan<byte> rgba, Span<byte> rgb, Span<byte> alpha, bool isBgra = false)
    {
        var red = isBgra ? 2 : 0;
        var order = isBgra
            ? Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 0, 0, 0, 0)
            : Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
        var x = 0;
        // Sixteen bytes are written at a time: the last four belong to the next pixels, which follow.
        for (; 3 * x <= rgb.Length - Vector128<byte>.Count; x += 4)
            Vector128.Shuffle(Vector128.Create(rgba[(4 * x)..]), order).CopyTo(rgb[(3 * x)..]);
        for (; 3 * x < rgb.Length; x++)
            (rgb[3 * x], rgb[3 * x + 1], rgb[3 * x + 2]) = (rgba[4 * x + red], rgba[4 * x + 1], rgba[4 * x + 2 - red]);
        for (x = 0; x < alpha.Length; x++)
            alpha[x] = rgba[4 * x + 3];
    }

    /// <summary>Joins an image's colors and opacity, neither premultiplied.</summary>
    internal static void Join(RgbImage image, Span<byte> rgba, bool isBgra = false)
    {
        var (rgb, alpha, red) = (image.Rgb, image.Alpha, isBgra ? 2 : 0);
        var order = isBgra
            ? Vector128.Create((byte)2, 1, 0, 0, 5, 4, 3, 0, 8, 7, 6, 0, 11, 10, 9, 0)
            : Vector128.Create((byte)0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8, 0, 9, 10, 11, 0);
        var x = 0;
        for (; 3 * x <= rgb.Length - Vector128<byte>.Count; x += 4)
            (Vector128.Shuffle(Vector128.Create(rgb, 3 * x), order) | Vector128.Create(0xFF000000).AsByte()).CopyTo(rgba[(4 * x)..]);
        for (; 3 * x < rgb.Length; x++)
            (rgba[4 * x + red], rgba[4 * x + 1], rgba[4 * x + 2 - red], rgba[4 * x + 3]) = (rgb[3 * x], rgb[3 * x + 1], rgb[3 * x + 2], byte.MaxValue);
        for (x = 0; x < alpha?.Length; x++)
            rgba[4 * x + 3] = alpha[x];
    }
}
