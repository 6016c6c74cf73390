using Dream.ML.Imaging;
using Dream.ML.Networks;
using Dream.ML.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Dream.ML.Inference.Tiling;

/// <summary>
/// Upscales with a network that looks at the whole image: large ones in tiles small enough for attention, which differ where
/// they meet and are blended there. An approximation.
/// </summary>
sealed class OverlappingTiling(SuperResolutionNetwork network, SamplingSettings settings, RgbImage[] images, Action checkpoint)
{
    // Low-resolution pixels. Attention grows with the square of a tile's area.
    const int Side = 64;
    const int Margin = 8;

    readonly TileSource _source = new(images, settings.Seed!.Value, network.parameters().First().device);
    readonly double[] _levels = network.NoiseSchedule.SamplingLevels(settings.NetworkRuns);

    /// <summary>Writes the results, <see cref="SuperResolutionNetwork.Scale"/> times as large as the images.</summary>
    internal void Run(RgbImage[] results)
    {
        foreach (var tile in TileGrid.Divide(images[0].Width, images[0].Height, Side, Margin))
        {
            using var scope = NewDisposeScope();
            var upscaled = Upscale(_source.Read(tile), tile);
            for (var i = 0; i < results.Length; i++)
                TileWriter.Blend(upscaled[i], results[i], tile, network.Scale);
        }
    }

    /// <summary>(B, 3, h, w) → (B, 3, s·h, s·w)</summary>
    Tensor Upscale(Tensor low, Tile tile)
    {
        checkpoint();
        var (height, width) = (RoundUp(tile.Height), RoundUp(tile.Width));
        if ((height, width) != (tile.Height, tile.Width))
            low = nn.functional.pad(low, [0, width - tile.Width, 0, height - tile.Height], PaddingModes.Replicate);

        var condition = network.Encode(low);
        var ratio = network.SignalScale;
        long[] field = [1, network.SignalChannels, RoundUp(images[0].Height) * ratio, RoundUp(images[0].Width) * ratio];
        var signal = Samplers.Run(settings.Sampler, Denoise, _levels, Noise);
        var image = DetailControl.ToImage(
            network, signal, condition, () => BicubicUpsampling.Upsample(low, network.Scale), settings.Detail);
        return image[.., .., ..(tile.Height * network.Scale), ..(tile.Width * network.Scale)];

        Tensor Denoise(Tensor y, double level)
        {
            checkpoint();
            return network.Denoise(y, full(y.shape[0], level, device: y.device), condition, settings.EpsilonScaling);
        }

        Tensor Noise(int draw) =>
            _source.Noise(draw, field, tile.Left * ratio, tile.Top * ratio, width * ratio, height * ratio);
    }

    int RoundUp(int size) => (size + network.SizeMultiple - 1) / network.SizeMultiple * network.SizeMultiple;
}
