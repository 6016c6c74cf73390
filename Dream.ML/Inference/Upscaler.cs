using Dream.ML.Diffusion.Sampling;
using Dream.ML.Imaging;
using Dream.ML.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Dream.ML.Inference;

/// <summary>Turns images of one size into images <see cref="SuperResolutionNetwork.Scale"/> times as large, tile by tile.</summary>
sealed class Upscaler(SuperResolutionNetwork network, SamplingSettings settings, int localTileSide = Upscaler.LocalTileSide)
{
    // Low-resolution pixels. A local network's tiles are as large as about half a gigabyte allows, since the margins are
    // computed twice; attention grows with the square of the area.
    const int LocalTileSide = 448;
    const int GlobalTileSide = 64;
    const int GlobalTileMargin = 8;

    readonly double[] _levels = settings.Steps == 0 || settings.Detail == 0 ? [] : network.NoiseSchedule.SamplingLevels(settings.Steps);
    readonly Device _device = network.parameters().First().device;

    /// <summary>Upscales images of one size together.</summary>
    /// <param name="images">The images.</param>
    /// <param name="checkpoint">Called between network runs; throws to stop.</param>
    internal RgbImage[] Upscale(RgbImage[] images, Action checkpoint)
    {
        images = Array.ConvertAll(images, TransparentColours.Fill);
        var (width, height) = (images[0].Width, images[0].Height);
        var noise = Array.ConvertAll(images, image => new NoiseField(settings.Seed, image));
        var results = Array.ConvertAll(images, Enlarged);

        // A local network's tiles, margins cut off, are the whole image's result exactly, until many steps reach further
        // than a quarter of a tile. Others differ where they meet: there the tiles are blended.
        var radius = network.ReceptiveRadius(settings.Steps);
        var (side, margin) = radius is { } reach
            ? (localTileSide, Math.Min(reach, localTileSide / 4))
            : (GlobalTileSide, GlobalTileMargin);

        foreach (var tile in TilePlan.Divide(width, height, side, margin))
        {
            using var scope = NewDisposeScope();
            var low = ImageTensors.ToTensor(Array.ConvertAll(images, image => image.CropColours(tile.Left, tile.Top, tile.Width, tile.Height)), _device);
            var upscaled = UpscaleTile(low, tile, noise, (width, height), checkpoint);
            for (var i = 0; i < results.Length; i++)
                if (radius is null)
                    TileWriter.Blend(upscaled[i], results[i], tile, network.Scale);
                else
                    TileWriter.Write(upscaled[i], results[i], tile, network.Scale);
        }
        if (settings.ColorFidelity)
            for (var i = 0; i < images.Length; i++)
                BackProjection.Apply(results[i], images[i], network.Scale, checkpoint);
        return results;
    }

    /// <summary>(B, 3, h, w) → (B, 3, s·h, s·w)</summary>
    Tensor UpscaleTile(Tensor low, Tile tile, NoiseField[] noise, (int Width, int Height) whole, Action checkpoint)
    {
        checkpoint();
        var (height, width) = (RoundUp(tile.Height), RoundUp(tile.Width));
        if ((height, width) != (tile.Height, tile.Width))
            low = nn.functional.pad(low, [0, width - tile.Width, 0, height - tile.Height], PaddingModes.Replicate);

        var condition = network.Encode(low);
        var ratio = network.SignalScale;
        long[] field = [1, network.SignalChannels, RoundUp(whole.Height) * ratio, RoundUp(whole.Width) * ratio];
        var signal = _levels.Length == 0
            ? zeros(noise.Length, field[1], height * ratio, width * ratio, device: _device)
            : Samplers.Run(settings.Sampler, Denoise, _levels, Noise, settings.Eta);
        return DetailControl.ToImage(network, signal, condition, low, settings.Detail)[TensorIndex.Ellipsis, ..(tile.Height * network.Scale), ..(tile.Width * network.Scale)];

        Tensor Denoise(Tensor y, double level)
        {
            checkpoint();
            return network.Denoise(y, full(y.shape[0], level, device: _device), condition, settings.EpsilonScaling);
        }

        Tensor Noise(int draw)
        {
            using var scope = NewDisposeScope();
            return cat([.. noise.Select(image =>
                image.Cut(draw, field, tile.Left * ratio, tile.Top * ratio, width * ratio, height * ratio))])
                .to(_device).MoveToOuterDisposeScope();
        }
    }

    int RoundUp(int size) => (size + network.SizeMultiple - 1) / network.SizeMultiple * network.SizeMultiple;

    /// <summary>An image for the result; opacity is enlarged by bicubic interpolation at once.</summary>
    RgbImage Enlarged(RgbImage image)
    {
        var (width, height) = (image.Width * network.Scale, image.Height * network.Scale);
        var alpha = image.Alpha is null ? null : BicubicResampler.ResizeAlpha(image, width, height);
        return new(width, height, new byte[3 * width * height], alpha);
    }
}
