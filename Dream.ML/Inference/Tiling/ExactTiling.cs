using Dream.ML.Imaging;
using Dream.ML.Networks;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Inference.Tiling;

/// <summary>
/// Upscales with a local network from top to bottom: reading the image and every sampling step go down it together, each
/// behind the one before by as many rows as the network looks ahead. All tiles of a step see one signal and one noise
/// field, so the result is that of the whole image, and only the rows between the first step and the last are in memory.
/// </summary>
sealed class ExactTiling : IDisposable
{
    readonly SuperResolutionNetwork _network;
    readonly SamplingSettings _settings;
    readonly Action _checkpoint;
    readonly int _batch;
    readonly int _width;
    readonly int _height;
    readonly int _side;
    readonly int _conditionRadius;
    readonly int _stepRadius;
    readonly Device _device;
    readonly TileSource _source;
    readonly double[] _levels;
    readonly RowBuffer _condition;
    readonly RowBuffer[] _signals;

    /// <param name="network">The network.</param>
    /// <param name="settings">How to sample.</param>
    /// <param name="images">Images of one size.</param>
    /// <param name="side">Side of a tile's own area.</param>
    /// <param name="checkpoint">Called before every tile; throws to stop.</param>
    internal ExactTiling(SuperResolutionNetwork network, SamplingSettings settings, RgbImage[] images, int side, Action checkpoint)
    {
        (_network, _settings, _side, _checkpoint) = (network, settings, side, checkpoint);
        (_batch, _width, _height) = (images.Length, images[0].Width, images[0].Height);
        _device = network.parameters().First().device;
        _source = new(images, settings.Seed!.Value, _device);
        _levels = settings.NetworkRuns == 0 ? [] : network.NoiseSchedule.SamplingLevels(settings.NetworkRuns);

        var receptiveField = network.ReceptiveField!;
        (_conditionRadius, _stepRadius) = (receptiveField.ConditionRadius, _levels.Length == 0 ? BicubicKernel.Radius : receptiveField.StepRadius);
        _condition = new(_batch, receptiveField.ConditionChannels, _width, _device);
        // The last step's signal becomes the image at once: no band keeps it.
        var channels = network.SignalChannels * (settings.Sampler.RemembersEstimate ? 2 : 1);
        _signals = [.. _levels.Skip(1).Select(_ => new RowBuffer(_batch, channels, _width, _device))];
    }

    /// <summary>Writes the results, <see cref="SuperResolutionNetwork.Scale"/> times as large as the images.</summary>
    internal void Run(RgbImage[] results)
    {
        var (end, written) = (0, 0);
        Trim(); // what earlier images left
        while (written < _height)
        {
            end = Math.Min(end + _side, _height);
            Continue(_condition, end, written, _conditionRadius, Read);
            var ready = end;
            for (var i = 0; i < _signals.Length; i++)
            {
                var (step, reader) = (i, i + 1 < _signals.Length ? _signals[i + 1].End : written);
                Continue(_signals[i], ready = Behind(ready), reader, _stepRadius, tile => Advance(step, tile));
            }
            ready = Behind(ready);
            foreach (var tile in Tiles(written, ready, _stepRadius))
            {
                using var scope = NewDisposeScope();
                Write(tile, results);
            }
            written = ready;
        }
    }

    public void Dispose()
    {
        _condition.Dispose();
        foreach (var signal in _signals)
            signal.Dispose();
    }

    /// <summary>How far a step gets that reads something finished down to <paramref name="end"/>.</summary>
    int Behind(int end) => end == _height ? end : Math.Max(0, end - _stepRadius);

    IEnumerable<Tile> Tiles(int top, int bottom, int margin)
    {
        foreach (var tile in TileGrid.Divide(_width, _height, top, bottom, _side + 2 * margin, margin))
        {
            _checkpoint();
            yield return tile;
        }
        Trim();
    }

    /// <summary>Once a band: giving memory back and asking for it again takes time. A single tile comes to its end anyway.</summary>
    void Trim()
    {
        if (_width > _side || _height > _side)
            NativeHeap.Trim();
    }

    /// <summary>Computes a band's rows down to <paramref name="end"/>; its reader has come to <paramref name="reader"/>.</summary>
    void Continue(RowBuffer band, int end, int reader, int reach, Func<Tile, Tensor> compute)
    {
        var start = band.End;
        band.Move(reader - _stepRadius, end);
        foreach (var tile in Tiles(start, end, reach))
        {
            using var scope = NewDisposeScope();
            band.Own(tile).copy_(tile.Own(compute(tile)));
        }
    }

    Tensor Read(Tile tile) => _network.Encode(_source.Read(tile)).Pack();

    /// <summary>The signal after a step and, where the sampler remembers it, the estimate it was made with.</summary>
    Tensor Advance(int step, Tile tile)
    {
        var (noisy, before) = Signal(step, tile);
        var clean = Denoise(step, noisy, tile);
        var next = Samplers.Step(_settings.Sampler, noisy, clean, before, _levels, step, draw => Noise(draw, tile));
        return _settings.Sampler.RemembersEstimate ? cat([next, clean], 1) : next;
    }

    void Write(Tile tile, RgbImage[] results)
    {
        var last = _levels.Length - 1;
        var clean = last < 0
            ? zeros(_batch, _network.SignalChannels, tile.Height, tile.Width, device: _device)
            : Denoise(last, Signal(last, tile).Noisy, tile);
        // (B, 3, s·h, s·w)
        var upscaled = DetailControl.ToImage(
            _network,
            tile.Own(clean),
            Condition.Unpack(_condition.Own(tile), _network.SignalChannels),
            () => nn.functional.pixel_shuffle(tile.Own(BicubicUpsampling.Unshuffled(_source.Read(tile), _network.Scale)), _network.Scale),
            _settings.Detail);
        for (var i = 0; i < results.Length; i++)
            ImageTensors.WriteTo(upscaled[i], results[i], tile.OwnLeft * _network.Scale, tile.OwnTop * _network.Scale);
    }

    (Tensor Noisy, Tensor? Before) Signal(int step, Tile tile)
    {
        if (step == 0)
            return (Noise(0, tile), null);
        var state = _signals[step - 1].Whole(tile);
        var channels = _network.SignalChannels;
        return (state[.., ..channels], _settings.Sampler.RemembersEstimate ? state[.., channels..] : null);
    }

    Tensor Denoise(int step, Tensor noisy, Tile tile) => _network.Denoise(
        noisy,
        full(_batch, _levels[step], device: _device),
        Condition.Unpack(_condition.Whole(tile), _network.SignalChannels),
        _settings.EpsilonScaling);

    Tensor Noise(int draw, Tile tile) => _source.Noise(
        draw, [1, _network.SignalChannels, _height, _width], tile.Left, tile.Top, tile.Width, tile.Height);
}
