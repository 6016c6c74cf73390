using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Dream.ML.Core;

namespace Dream.ML.Imaging;

/// <summary>
/// Converts between images and planes of floats in [−1, 1]: red, green, blue, each row by row. Opacity is left out.
/// </summary>
static unsafe class PixelPlanes
{
    // Starting other threads costs more than a small area.
    const int SmallArea = 1 << 15;

    /// <summary>Reads a part of an image, x / 127.5 − 1 of bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the image, or the planes are of another size.</exception>
    internal static void Read<T>(RgbImage<T> image, int left, int top, int width, int height, Span<float> planes)
        where T : unmanaged, IBinaryInteger<T>
    {
        fixed (float* start = planes)
            ForRows(image, left, top, width, height, start, planes.Length, static (pixels, red, area) =>
            {
                var half = HalfRange<T>();
                for (var x = typeof(T) == typeof(byte) ? ReadFours(MemoryMarshal.AsBytes(pixels), red, area) : 0; 3 * x < pixels.Length; x++)
                    for (var c = 0; c < 3; c++)
                        red[c * area + x] = float.CreateTruncating(pixels[3 * x + c]) / half - 1;
            });
    }

    /// <summary>
    /// Writes planes into an image, their first pixel at (left, top). Values are rounded to the nearest sample; those outside
    /// [−1, 1] are clamped.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The planes are of another size, or reach beyond the image.</exception>
    internal static void Write<T>(ReadOnlySpan<float> planes, int width, int height, RgbImage<T> image, int left, int top)
        where T : unmanaged, IBinaryInteger<T>
    {
        fixed (float* start = planes)
            ForRows(image, left, top, width, height, start, planes.Length, static (pixels, red, area) =>
            {
                var half = HalfRange<T>();
                for (var x = typeof(T) == typeof(byte) ? WriteFours(MemoryMarshal.AsBytes(pixels), red, area) : 0; 3 * x < pixels.Length; x++)
                    for (var c = 0; c < 3; c++)
                        pixels[3 * x + c] = T.CreateSaturating(red[c * area + x] * half + Middle(half));
            });
    }

    /// <summary>Half of the largest sample: 127.5 of bytes.</summary>
    static float HalfRange<T>() where T : unmanaged, IBinaryInteger<T> => float.CreateTruncating(T.AllBitsSet) / 2;

    // (x + 1) · 127.5, and another half because the conversion to integers cuts.
    static float Middle(float half) => half + 0.5f;

    /// <summary>Reads four pixels of bytes at a time, and returns how many it read.</summary>
    static int ReadFours(ReadOnlySpan<byte> pixels, float* red, int area)
    {
        var x = 0;
        for (; 3 * x <= pixels.Length - Vector128<byte>.Count; x += 4)
        {
            // Four pixels, a 32-bit number each.
            var four = Vector128.Shuffle(Vector128.Create<byte>(pixels[(3 * x)..]), Vector128.Create(
                (byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255)).AsInt32();
            for (var c = 0; c < 3; c++)
                (Vector128.ConvertToSingle(four >> 8 * c & Vector128.Create(255)) / HalfRange<byte>() - Vector128<float>.One)
                    .Store(red + c * area + x);
        }
        return x;
    }

    /// <summary>Writes four pixels of bytes at a time, and returns how many it wrote.</summary>
    static int WriteFours(Span<byte> pixels, float* red, int area)
    {
        var x = 0;
        // Sixteen bytes are written at a time: the last four belong to the next pixels, which follow.
        for (; 3 * x <= pixels.Length - Vector128<byte>.Count; x += 4)
        {
            var four = Vector128<int>.Zero;
            for (var c = 0; c < 3; c++)
                four |= Vector128.ConvertToInt32(Vector128.Clamp(
                    Vector128.Load(red + c * area + x) * HalfRange<byte>() + Vector128.Create(Middle(HalfRange<byte>())),
                    Vector128<float>.Zero, Vector128.Create(255f))) << 8 * c;
            Vector128.Shuffle(four.AsByte(), Vector128.Create(
                (byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255)).CopyTo(pixels[(3 * x)..]);
        }
        return x;
    }

    static void ForRows<T>(
        RgbImage<T> image, int left, int top, int width, int height, float* planes, int length, RowConversion<T> convert)
        where T : unmanaged, IBinaryInteger<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(left, image.Width - width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top, image.Height - height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length, 3 * width * height);
        if (length < 3 * SmallArea)
            Rows(0, height);
        else
            AllCores.ForRanges(height, Rows);

        void Rows(int first, int end)
        {
            for (var y = first; y < end; y++)
                convert(image.Rgb.AsSpan(3 * ((top + y) * image.Width + left), 3 * width), planes + y * width, width * height);
        }
    }

    /// <summary>Converts a row of pixels: <paramref name="red"/> is its start in the first of planes of so many samples.</summary>
    delegate void RowConversion<T>(Span<T> pixels, float* red, int area);
}
