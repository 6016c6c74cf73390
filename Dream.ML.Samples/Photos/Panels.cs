using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Dream.ML.Samples.Photos;

/// <summary>The few pixel operations that a comparison picture needs. All results belong to the caller.</summary>
static class Panels
{
    const int Gap = 8;
    const uint White = uint.MaxValue;

    /// <summary>The upper left part of an image.</summary>
    internal static MLImage Crop(MLImage image, int width, int height)
    {
        var pixels = new uint[width * height];
        Copy(image, pixels, width, left: 0);
        return Create(width, pixels, image.PixelFormat);
    }

    /// <summary>Puts images of equal size next to each other.</summary>
    internal static MLImage SideBySide(params IReadOnlyList<MLImage> images)
    {
        var step = images[0].Width + Gap;
        var width = images.Count * step - Gap;
        var pixels = new uint[width * images[0].Height];
        pixels.AsSpan().Fill(White);
        for (var i = 0; i < images.Count; i++)
            Copy(images[i], pixels, width, i * step);
        return Create(width, pixels, images[0].PixelFormat);
    }

    static void Copy(MLImage image, Span<uint> target, int width, int left)
    {
        var source = MemoryMarshal.Cast<byte, uint>(image.Pixels);
        var columns = Math.Min(image.Width, width - left);
        for (var y = 0; y < target.Length / width; y++)
            source.Slice(y * image.Width, columns).CopyTo(target[(y * width + left)..]);
    }

    static MLImage Create(int width, uint[] pixels, MLPixelFormat format) =>
        MLImage.CreateFromPixels(width, pixels.Length / width, format, MemoryMarshal.AsBytes<uint>(pixels));
}
