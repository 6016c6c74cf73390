using System.Numerics;

namespace Dream.ML.Imaging;

/// <summary>Puts a mask and an image together, and a filled image and what was known.</summary>
static class HoleMask
{
    // Half of white, three colors and opacity: what compression and soft brushes leave of black and white is told apart.
    const int HalfWhite = 3 * byte.MaxValue * byte.MaxValue / 2;

    /// <summary>The image with holes where a mask is white.</summary>
    /// <exception cref="ArgumentException">The sizes differ, or nothing is left to fill the image from.</exception>
    internal static RgbImage<T> Cut<T>(RgbImage<T> image, RgbImage mask) where T : unmanaged, IBinaryInteger<T>
    {
        if ((image.Width, image.Height) != (mask.Width, mask.Height))
            throw new ArgumentException(
                $"The mask is {mask.Width}×{mask.Height}, the image {image.Width}×{image.Height} pixels. Both must be of the same size.");
        var holes = new bool[mask.Width * mask.Height];
        for (var i = 0; i < holes.Length; i++)
            holes[i] = (mask.Rgb[3 * i] + mask.Rgb[3 * i + 1] + mask.Rgb[3 * i + 2]) * (mask.Alpha?[i] ?? byte.MaxValue) > HalfWhite;
        return holes.Contains(false)
            ? new(image.Width, image.Height, image.Rgb, image.Alpha) { Holes = holes }
            : throw new ArgumentException("The mask is all white: nothing of the image is left to fill it from. White is what is filled, black what stays.");
    }

    /// <summary>Puts back what is no hole, to the bit.</summary>
    internal static void Restore<T>(RgbImage<T> image, RgbImage<T> filled) where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < image.Holes!.Length; i++)
            if (!image.Holes[i])
                image.Rgb.AsSpan(3 * i, 3).CopyTo(filled.Rgb.AsSpan(3 * i));
    }
}
