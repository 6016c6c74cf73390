using Dream.ML.Imaging;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Inference.Tiling;

/// <summary>Images of one size and their noise, a part at a time.</summary>
sealed class TileSource(RgbImage[] images, int seed, Device device)
{
    readonly NoiseField[] _noise = Array.ConvertAll(images, image => new NoiseField(seed, image));

    /// <summary>The tile of every image, (B, 3, height, width), margins included.</summary>
    internal Tensor Read(Tile tile) => ImageTensors.ToTensor(
        Array.ConvertAll(images, image => image.CropColors(tile.Left, tile.Top, tile.Width, tile.Height)), device);

    /// <summary>The noise of every image, (B, C, height, width).</summary>
    /// <inheritdoc cref="NoiseField.Cut"/>
    internal Tensor Noise(int draw, long[] whole, int left, int top, int width, int height)
    {
        using var scope = NewDisposeScope();
        return cat([.. _noise.Select(field => field.Cut(draw, whole, left, top, width, height))])
            .MoveTo(device).MoveToOuterDisposeScope();
    }
}
