using Dream.ML.Core;
using Dream.ML.IO;
using Dream.ML.Onnx;
using Dream.ML.Torch;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Dream.ML.Networks.Engines;

/// <summary>A network in ONNX Runtime, by graphs that are made of its weights.</summary>
sealed class OnnxEngine : INetworkEngine
{
    readonly InferenceSession _encoder;
    // Who wants the initial prediction alone needs none.
    readonly Lazy<InferenceSession> _denoiser;

    /// <exception cref="DllNotFoundException">The application references no onnxruntime package; the message names it.</exception>
    internal OnnxEngine(NetworkSettings network, int scale, IReadOnlyList<SafetensorsTensor> weights)
    {
        Traits = network.Traits(scale);
        SignalUnit = network.Graph(new(weights), scale).SignalUnit;
        _encoder = Session(parts =>
        {
            var condition = parts.Encode(parts.Graph.Input("image", "", "1", $"{Traits.ImageChannels}", "height", "width"));
            parts.Graph.Output("prediction", "", condition.InitialPrediction, "1", $"{Traits.SignalChannels}", "", "");
            if (Traits.FeatureChannels > 0)
                parts.Graph.Output("features", "", condition.Features(), "1", $"{Traits.FeatureChannels}", "", "");
        });
        _denoiser = new(() => Session(parts => parts.Graph.Output("clean", "", parts.Denoise(
            parts.Graph.Input("noisy", "", "1", $"{Traits.SignalChannels}", "height", "width"),
            GraphLevel.Of(parts.Graph.Input("level", "", "3")),
            parts.Graph.Input("features", "", "1", $"{Traits.Features.Count}", "height", "width")), "1", $"{Traits.SignalChannels}", "", "")));

        InferenceSession Session(Action<NetworkGraph> build)
        {
            var parts = network.Graph(new(weights), scale);
            build(parts);
            return OnnxSessions.Create(parts.Graph.ToModel("network").ToByteArray());
        }
    }

    public NetworkTraits Traits { get; }

    public float SignalUnit { get; }

    public string Memory => MemoryShortage.OfProcess;

    public FeatureMap Encode(FeatureMap image, CancellationToken cancellation)
    {
        var ratio = Traits.SignalScale;
        var condition = new FeatureMap(Traits.ConditionChannels, image.Height * ratio, image.Width * ratio);
        return Run(condition, _encoder, [("image", image)], Traits.FeatureChannels == 0
            ? [("prediction", condition)]
            : [("prediction", condition.Slice(0, Traits.SignalChannels)), ("features", condition.Slice(Traits.SignalChannels, Traits.FeatureChannels))],
            level: null, cancellation);
    }

    public FeatureMap Denoise(FeatureMap noisy, double noiseLevel, FeatureMap features, CancellationToken cancellation)
    {
        var session = _denoiser.Value;
        var clean = new FeatureMap(noisy.Channels, noisy.Height, noisy.Width);
        return Run(
            clean, session, [("noisy", noisy), ("features", features)], [("clean", clean)],
            GraphLevel.Values(Traits.NoiseSchedule.Process, noiseLevel), cancellation);
    }

    static FeatureMap Run(
        FeatureMap result,
        InferenceSession session,
        (string Name, FeatureMap Map)[] inputs,
        (string Name, FeatureMap Map)[] outputs,
        float[]? level,
        CancellationToken cancellation)
    {
        List<OrtValue> values = [.. inputs.Concat(outputs).Select(pair => Value(pair.Map))];
        using var options = OnnxSessions.RunOptions();
        using var stop = cancellation.Register(() => options.Terminate = true);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            string[] names = [.. inputs.Select(pair => pair.Name)];
            if (level is not null)
            {
                names = [.. names, "level"];
                values.Insert(inputs.Length, OrtValue.CreateTensorValueFromMemory(level, [level.Length]));
            }
            session.Run(options, names, values[..names.Length], [.. outputs.Select(pair => pair.Name)], values[names.Length..]);
            return result;
        }
        catch (Exception e)
        {
            result.Dispose();
            if (e is OnnxRuntimeException)
                cancellation.ThrowIfCancellationRequested();
            throw;
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    static OrtValue Value(FeatureMap map) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [1, map.Channels, map.Height, map.Width], map.Pointer, map.Length * sizeof(float));

    public void Dispose()
    {
        _encoder.Dispose();
        if (_denoiser.IsValueCreated)
            _denoiser.Value.Dispose();
    }
}
