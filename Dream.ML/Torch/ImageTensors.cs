using Dream.ML.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Dream.ML.Torch;

/// <summary>Converts between 8-bit images and float32 tensors in [−1, 1]. Opacity is left out.</summary>
static class ImageTensors
{
    // TorchSharp does not keep a number alive while libtorch works with it: one made for the call alone may be finalised
    // in the middle of it ("Unknown scalar type", seen under many collections). These live for ever.
    static readonly Scalar HalfRange = 127.5;
    static readonly Scalar Middle = 128;
    static readonly Scalar One = 1;
    static readonly Scalar Black = 0;
    static readonly Scalar White = 255;

    /// <summary>Images of one size as a (B, 3, H, W) tensor, x / 127.5 − 1.</summary>
    /// <exception cref="ArgumentException">The list is empty, or the sizes differ.</exception>
    internal static Tensor ToTensor(IReadOnlyList<RgbImage> images, Device device)
    {
        if (images.Count == 0)
            throw new ArgumentException("There are no images.", nameof(images));
        var (width, height) = (images[0].Width, images[0].Height);
        using var scope = NewDisposeScope();
        var pixels = empty(images.Count, height, width, 3, dtype: ScalarType.Byte);
        for (int i = 0; i < images.Count; i++)
        {
            if (images[i].Width != width || images[i].Height != height)
                throw new ArgumentException(
                    $"Image {i} is {images[i].Width}×{images[i].Height} pixels, the first one {width}×{height}.", nameof(images));
            images[i].Rgb.CopyTo(pixels[i].bytes);
        }
        // (B, H, W, 3) → (B, 3, H, W), while a sample is still one byte.
        return pixels.MoveTo(device).permute(0, 3, 1, 2).contiguous()
            .to(ScalarType.Float32).div_(HalfRange).sub_(One).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Writes a (3, h, w) tensor (a slice of a tile, say) into an image, its first pixel at (left, top); values outside
    /// [−1, 1] are clamped.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The tensor reaches beyond the image.</exception>
    internal static void WriteTo(Tensor tile, RgbImage image, int left, int top)
    {
        var (height, width) = ((int)tile.shape[1], (int)tile.shape[2]);
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(left + width, image.Width, nameof(left));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top + height, image.Height, nameof(top));

        using var scope = NewDisposeScope();
        // (x + 1) · 127.5, and another half because the conversion to integers cuts. (3, h, w) → (h, w, 3)
        var samples = tile.detach().to(ScalarType.Float32).mul(HalfRange).add_(Middle, One).clamp_(Black, White)
            .to(ScalarType.Byte).permute(1, 2, 0).contiguous().cpu().bytes;
        for (int y = 0; y < height; y++)
            samples.Slice(y * width * 3, width * 3).CopyTo(image.Rgb.AsSpan(((top + y) * image.Width + left) * 3));
    }

    /// <summary>A part of an image as a (3, h, w) tensor on the CPU: the counterpart of <see cref="WriteTo"/>.</summary>
    internal static Tensor ReadFrom(RgbImage image, int left, int top, int width, int height)
    {
        using var scope = NewDisposeScope();
        var pixels = empty(height, width, 3, dtype: ScalarType.Byte);
        for (var y = 0; y < height; y++)
            image.Rgb.AsSpan(3 * ((top + y) * image.Width + left), 3 * width).CopyTo(pixels.bytes[(3 * y * width)..]);
        return pixels.permute(2, 0, 1).to(ScalarType.Float32).div_(HalfRange).sub_(One).MoveToOuterDisposeScope();
    }
}
