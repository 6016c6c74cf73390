global using RgbImage = Dream.ML.Imaging.RgbImage<byte>;

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Dream.ML.Core;

namespace Dream.ML.Imaging;

/// <summary>An image in memory: sRGB with straight (not premultiplied) alpha, rows from the top.</summary>
/// <typeparam name="T">Bytes, or 16-bit numbers; the largest is white, or opaque.</typeparam>
sealed class RgbImage<T> : IRgbImage where T : unmanaged, IBinaryInteger<T>
{
    /// <summary>Wraps the given samples without copying them.</summary>
    internal RgbImage(int width, int height, T[] rgb, T[]? alpha = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.LongLength, 3L * width * height);
        if (alpha is not null)
            ArgumentOutOfRangeException.ThrowIfNotEqual(alpha.LongLength, (long)width * height);
        (Width, Height, Rgb, Alpha) = (width, height, rgb, alpha);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Red, green, blue per pixel, interleaved: sample (x, y, c) is at (y · Width + x) · 3 + c.</summary>
    internal T[] Rgb { get; }

    /// <summary>Opacity per pixel, or <c>null</c> where the whole image is opaque.</summary>
    internal T[]? Alpha { get; }

    /// <inheritdoc/>
    public bool[]? Holes { get; init; }

    /// <summary>The colors alone, opaque, not copied.</summary>
    internal RgbImage<T> Colors => new(Width, Height, Rgb);

    public ulong Key(int seed)
    {
        // Of 16 bits the higher 8: the noise of an image does not depend on how finely its colors are stored.
        var bytes = Rgb is byte[] all
            ? all
            : Array.ConvertAll(Rgb, sample => byte.CreateTruncating(sample >> 8 * (Unsafe.SizeOf<T>() - 1)));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return CounterRandom.Key(
            (ulong)seed, BinaryPrimitives.ReadUInt64LittleEndian(hash), (ulong)Width, (ulong)Height);
    }

    public void Read(int left, int top, int width, int height, Span<float> planes) =>
        PixelPlanes.Read(this, left, top, width, height, planes);

    /// <summary>A copy of a part.</summary>
    internal RgbImage<T> Crop(int left, int top, int width, int height)
    {
        var colors = CropColors(left, top, width, height);
        if (Alpha is null)
            return colors;
        var alpha = new T[width * height];
        for (var y = 0; y < height; y++)
            Alpha.AsSpan((top + y) * Width + left, width).CopyTo(alpha.AsSpan(y * width));
        return new(width, height, colors.Rgb, alpha);
    }

    /// <summary>A copy of a part of the colors, opaque, with its holes.</summary>
    internal RgbImage<T> CropColors(int left, int top, int width, int height)
    {
        var rgb = new T[3 * width * height];
        var holes = Holes is null ? null : new bool[width * height];
        for (var y = 0; y < height; y++)
        {
            var start = (top + y) * Width + left;
            Rgb.AsSpan(3 * start, 3 * width).CopyTo(rgb.AsSpan(3 * y * width));
            Holes?.AsSpan(start, width).CopyTo(holes.AsSpan(y * width));
        }
        return new(width, height, rgb) { Holes = holes };
    }
}
