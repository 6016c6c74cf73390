using Dream.ML.Imaging;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Inference.Tiling;

/// <summary>Puts an upscaled tile, (3, s·h, s·w), into its place in the result.</summary>
static class TileWriter
{
    /// <summary>Writes the whole tile, fading over what the tiles to the left and above left in the shared area.</summary>
    internal static void Blend(Tensor upscaled, RgbImage result, Tile tile, int scale)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)upscaled.shape[1], (int)upscaled.shape[2]);
        // The neighbor reaches as far in here as this tile reaches out there.
        var above = Ramp(height, 2 * tile.MarginTop * scale).unsqueeze(1);
        var (left, right) = (Ramp(width, 2 * tile.MarginLeft * scale), Ramp(width, 2 * tile.MarginRight * scale).flip(0));
        // A tile's share is the product of its ramps; here it is taken of the shares of all tiles so far. (H, W)
        var weight = above * left * right / (1 - above + above * right);
        var before = ImageTensors.ReadFrom(result, tile.Left * scale, tile.Top * scale, width, height).to(upscaled.device);
        ImageTensors.WriteTo(lerp(before, upscaled.clamp(-1, 1), weight.to(upscaled.device)), result, tile.Left * scale, tile.Top * scale);
    }

    // 0 → 1 over the overlap, then 1.
    static Tensor Ramp(int length, int overlap) =>
        overlap == 0 ? ones(length) : ((arange(length) + 0.5) / overlap).clamp(0, 1).to(ScalarType.Float32);
}
