using System.Numerics.Tensors;
using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference.Sampling;
using Dream.ML.Networks;
using Dream.ML.Networks.Engines;

namespace Dream.ML.Inference.Tiling;

/// <summary>
/// Upscales from top to bottom: reading the image and every sampling step go down it together, each behind the one before by
/// as many rows as the network looks ahead. All tiles of a step see one signal and one noise field, so the result is that
/// of the whole image, and only the rows between the first step and the last are in memory.
/// </summary>
sealed class ExactTiling : IDisposable
{
    readonly INetworkEngine _engine;
    readonly NetworkTraits _traits;
    readonly SamplingSettings _settings;
    readonly TileSource _source;
    readonly Action<Tile, FeatureMap> _write;
    readonly CancellationToken _cancellation;
    readonly int _side;
    readonly int _conditionRadius;
    readonly int _stepRadius;
    readonly int _detailRadius;
    readonly double[] _levels;
    readonly RowBuffer _condition;
    readonly RowBuffer[] _signals;

    /// <param name="engine">The network.</param>
    /// <param name="settings">How to sample.</param>
    /// <param name="source">The image.</param>
    /// <param name="side">Side of a tile's own area; a network that is not local needs a single tile.</param>
    /// <param name="write">Receives a tile's own area of the result, (3, s·height, s·width), not clamped.</param>
    /// <param name="cancellation">Stops the work.</param>
    internal ExactTiling(
        INetworkEngine engine, SamplingSettings settings, TileSource source, int side, Action<Tile, FeatureMap> write, CancellationToken cancellation)
    {
        (_engine, _traits, _settings, _source, _side, _write, _cancellation) =
            (engine, engine.Traits, settings, source, side, write, cancellation);
        _levels = settings.NetworkRuns == 0 ? [] : _traits.NoiseSchedule.SamplingLevels(settings.NetworkRuns);
        _detailRadius = settings.Detail > 0.5 ? BicubicKernel.Radius : 0;
        (_conditionRadius, _stepRadius) = (
            _traits.ReceptiveField?.ConditionRadius ?? 0,
            _detailRadius + (_levels.Length == 0 ? 0 : _traits.ReceptiveField?.StepRadius ?? 0));
        _condition = new(_traits.ConditionChannels, source.Width, _traits.SignalScale);
        // The last step's signal becomes the image at once: no buffer keeps it.
        var channels = _traits.SignalChannels * (settings.Sampler.RemembersEstimate ? 2 : 1);
        _signals = [.. _levels.Skip(1).Select(_ => new RowBuffer(channels, source.Width, _traits.SignalScale))];
    }

    /// <summary>Upscales the image.</summary>
    /// <param name="report">Told the rows that are finished, of all steps, and how many there are.</param>
    internal void Run(Action<long, long>? report)
    {
        var (end, written) = (0, 0);
        Trim(); // what earlier images left
        while (written < _source.Height)
        {
            end = Math.Min(end + _side, _source.Height);
            Continue(_condition, end, written, _conditionRadius, Read);
            var ready = end;
            for (var i = 0; i < _signals.Length; i++)
            {
                var (step, reader) = (i, i + 1 < _signals.Length ? _signals[i + 1].End : written);
                Continue(_signals[i], ready = Behind(ready), reader, _stepRadius, tile => Advance(step, tile));
            }
            ready = Behind(ready);
            foreach (var tile in Tiles(written, ready, _stepRadius))
                Write(tile);
            written = ready;
            report?.Invoke(_condition.End + _signals.Sum(signal => (long)signal.End) + written, (_signals.Length + 2L) * _source.Height);
        }
    }

    public void Dispose()
    {
        _condition.Dispose();
        foreach (var signal in _signals)
            signal.Dispose();
    }

    /// <summary>How far a step gets that reads something finished down to <paramref name="end"/>.</summary>
    int Behind(int end) => end == _source.Height ? end : Math.Max(0, end - _stepRadius);

    IEnumerable<Tile> Tiles(int top, int bottom, int margin)
    {
        foreach (var tile in TileGrid.Divide(_source.Width, _source.Height, top, bottom, _side + 2 * margin, margin))
            yield return tile;
        Trim();
    }

    /// <summary>Once a row of tiles: giving memory back and asking for it again takes time. A single tile comes to its end anyway.</summary>
    void Trim()
    {
        if (_source.Width > _side || _source.Height > _side)
            NativeHeap.Trim();
    }

    /// <summary>Computes a buffer's rows down to <paramref name="end"/>; its reader has come to <paramref name="reader"/>.</summary>
    void Continue(RowBuffer buffer, int end, int reader, int radius, Func<Tile, FeatureMap> compute)
    {
        var start = buffer.End;
        buffer.Move(reader - _stepRadius, end);
        foreach (var tile in Tiles(start, end, radius))
        {
            using var computed = compute(tile);
            buffer.Write(tile, computed);
        }
    }

    FeatureMap Read(Tile tile)
    {
        using var image = _source.Read(tile.Left, tile.Top, tile.Width, tile.Height);
        return _engine.Encode(image, _cancellation);
    }

    /// <summary>The signal after a step and, where the sampler remembers it, the estimate it was made with.</summary>
    FeatureMap Advance(int step, Tile tile)
    {
        var (remembers, weights) = (_settings.Sampler.RemembersEstimate, _settings.Sampler.Step(_traits.NoiseSchedule.Process, _levels, step));
        using var noisy = Signal(step, tile);
        using var clean = Denoise(step, noisy, tile);
        var next = new FeatureMap(noisy.Channels * (remembers ? 2 : 1), noisy.Height, noisy.Width);
        var signal = next.Slice(0, noisy.Channels).Values;
        TensorPrimitives.Multiply(noisy.Values, (float)weights.Signal, signal);
        TensorPrimitives.MultiplyAdd(clean.Values, (float)weights.Estimate, signal, signal);
        if (weights.PreviousEstimate != 0)
        {
            using var before = _signals[step - 1].Whole(tile, noisy.Channels, noisy.Channels);
            TensorPrimitives.MultiplyAdd(before.Values, (float)weights.PreviousEstimate, signal, signal);
        }
        if (weights.Noise != 0)
        {
            using var noise = Noise(step + 1, tile);
            TensorPrimitives.MultiplyAdd(noise.Values, (float)weights.Noise, signal, signal);
        }
        if (remembers)
            clean.Values.CopyTo(next.Slice(noisy.Channels, noisy.Channels).Values);
        return next;
    }

    /// <summary>The signal that a step starts from.</summary>
    FeatureMap Signal(int step, Tile tile)
    {
        if (step > 0)
            return _signals[step - 1].Whole(tile, 0, _traits.SignalChannels);
        var noise = Noise(0, tile);
        if (_traits.NoiseSchedule.Process.MaxNoise is var spread and not 1)
            TensorPrimitives.Multiply(noise.Values, (float)spread, noise.Values);
        return noise;
    }

    FeatureMap Noise(int draw, Tile tile) => _source.Noise(draw, tile, _traits.SignalChannels, _traits.SignalScale);

    FeatureMap Denoise(int step, FeatureMap noisy, Tile tile)
    {
        using var features = _condition.Whole(tile, _traits.Features.First, _traits.Features.Count);
        var clean = _engine.Denoise(noisy, _levels[step], features, _cancellation);
        var values = clean.Values;
        if (_settings.EpsilonScaling is var scaling and not 1)
        {
            // ε̂ ← ε̂/λ (Ning et al. 2024) in x0 = (y − s·ε̂)/g, where s·ε̂ = y − g·x̂0: x̂0/λ + y·(1 − 1/λ)/g
            TensorPrimitives.Multiply(values, (float)(1 / scaling), values);
            TensorPrimitives.MultiplyAdd(noisy.Values, (float)((1 - 1 / scaling) / _levels[step]), values, values);
        }
        if (double.IsFinite(_traits.SignalRange))
        {
            TensorPrimitives.Max(values, (float)-_traits.SignalRange, values);
            TensorPrimitives.Min(values, (float)_traits.SignalRange, values);
        }
        return clean;
    }

    void Write(Tile tile)
    {
        var area = tile.WithOwn(_detailRadius);
        using var prediction = _condition.Own(area, 0, _traits.SignalChannels);
        FeatureMap? clean = null;
        if (_levels.Length > 0)
        {
            using var noisy = Signal(_levels.Length - 1, tile);
            using var whole = Denoise(_levels.Length - 1, noisy, tile);
            clean = whole.Crop(
                area.MarginLeft * _traits.SignalScale, area.MarginTop * _traits.SignalScale,
                area.OwnWidth * _traits.SignalScale, area.OwnHeight * _traits.SignalScale);
        }
        using (clean)
        using (var upscaled = DetailControl.ToImage(_engine, prediction, clean, _settings.Detail))
        {
            if (_settings.Detail > 0.5)
                DetailControl.Sharpen(upscaled, _traits.Scale, _settings.Detail);
            using var own = area == tile ? null : upscaled.Crop(
                (tile.OwnLeft - area.OwnLeft) * _traits.Scale, (tile.OwnTop - area.OwnTop) * _traits.Scale,
                tile.OwnWidth * _traits.Scale, tile.OwnHeight * _traits.Scale);
            _write(tile, own ?? upscaled);
        }
    }
}
