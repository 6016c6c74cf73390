using TorchSharp;
using static TorchSharp.torch;

namespace Dream.ML.Torch;

/// <summary>Converts 8-bit images to float32 tensors in [−1, 1]. Opacity is left out; masks are a fourth channel, −1 in holes and 1 elsewhere.</summary>
static class ImageTensors
{
    // TorchSharp does not keep a number alive while libtorch works with it: one made for the call alone may be finalised
    // in the middle of it ("Unknown scalar type", seen under many collections). These live for ever.
    static readonly Scalar HalfRange = 127.5;
    static readonly Scalar One = 1;

    /// <summary>Images of one size as a (B, 3, H, W) tensor, x / 127.5 − 1; (B, 4, H, W) where they have masks.</summary>
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
        var colors = pixels.MoveTo(device).permute(0, 3, 1, 2).contiguous().to(ScalarType.Float32).div_(HalfRange).sub_(One);
        return (images[0].Holes is null ? colors : cat([colors, Masks(images).view(-1, 1, height, width).MoveTo(device)], 1)).MoveToOuterDisposeScope();
    }

    static Tensor Masks(IReadOnlyList<RgbImage> images) =>
        tensor(images.SelectMany(image => image.Holes!, (_, isHole) => isHole ? -1f : 1f).ToArray());
}
