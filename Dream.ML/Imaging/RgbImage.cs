using System.Buffers.Binary;
using System.Security.Cryptography;
using Dream.ML.Core;

namespace Dream.ML.Imaging;

/// <summary>An image in memory: 8-bit sRGB with straight (not premultiplied) alpha, rows from the top.</summary>
sealed class RgbImage
{
    /// <summary>Wraps the given samples without copying them.</summary>
    internal RgbImage(int width, int height, byte[] rgb, byte[]? alpha = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.LongLength, 3L * width * height);
        if (alpha is not null)
            ArgumentOutOfRangeException.ThrowIfNotEqual(alpha.LongLength, (long)width * height);
        (Width, Height, Rgb, Alpha) = (width, height, rgb, alpha);
    }

    internal int Width { get; }

    internal int Height { get; }

    /// <summary>Red, green, blue per pixel, interleaved: sample (x, y, c) is at (y · Width + x) · 3 + c.</summary>
    internal byte[] Rgb { get; }

    /// <summary>Opacity per pixel, or <c>null</c> where the whole image is opaque.</summary>
    internal byte[]? Alpha { get; }

    /// <summary>The colors alone, opaque, not copied.</summary>
    internal RgbImage Colors => new(Width, Height, Rgb);

    /// <summary>
    /// A key for <see cref="CounterRandom"/> that follows from the seed and the colors, wherever the image was met.
    /// </summary>
    internal ulong Key(int seed)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Rgb, hash);
        return CounterRandom.Key(
            (ulong)seed, BinaryPrimitives.ReadUInt64LittleEndian(hash), (ulong)Width, (ulong)Height);
    }

    /// <summary>A copy of a part of the colors, opaque.</summary>
    internal RgbImage CropColors(int left, int top, int width, int height)
    {
        var rgb = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
            Rgb.AsSpan(3 * ((top + y) * Width + left), 3 * width).CopyTo(rgb.AsSpan(3 * y * width));
        return new(width, height, rgb);
    }
}
