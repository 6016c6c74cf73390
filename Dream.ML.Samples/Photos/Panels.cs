using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Dream.ML.Samples.Photos;

/// <summary>Comparison pictures.</summary>
static class Panels
{
    const int Gap = 8;
    const uint White = uint.MaxValue;

    /// <summary>Puts images of equal size next to each other. The result belongs to the caller.</summary>
    internal static MLImage SideBySide(params IReadOnlyList<MLImage> images)
    {
        var (width, height) = (images[0].Width, images[0].Height);
        var total = images.Count * (width + Gap) - Gap;
        var pixels = new uint[total * height];
        pixels.AsSpan().Fill(White);
        for (var i = 0; i < images.Count; i++)
        {
            var source = MemoryMarshal.Cast<byte, uint>(images[i].Pixels);
            for (var y = 0; y < height; y++)
                source.Slice(y * width, width).CopyTo(pixels.AsSpan(y * total + i * (width + Gap)));
        }
        return MLImage.CreateFromPixels(total, height, images[0].PixelFormat, MemoryMarshal.AsBytes<uint>(pixels));
    }
}
