using System.Runtime.InteropServices;
using Dream.ML.Core;
using Dream.ML.IO;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Engines;

/// <summary>A network in libtorch: one in training, or on a GPU.</summary>
/// <param name="network">The network, in evaluation mode.</param>
/// <param name="owns">Whether it is disposed with the engine.</param>
sealed class TorchEngine(SuperResolutionNetwork network, bool owns) : INetworkEngine
{
    readonly Device _device = network.parameters().First().device;

    /// <summary>A network of those weights on that device.</summary>
    internal static TorchEngine Create(NetworkSettings settings, int scale, IReadOnlyList<SafetensorsTensor> weights, Device device)
    {
        var network = settings.Create(scale, device);
        ModuleWeights.Restore(network, new(weights));
        network.eval();
        return new(network, owns: true);
    }

    public NetworkTraits Traits => network.Traits;

    public float SignalUnit { get; } = network.SignalUnit;

    public string Memory => MemoryShortage.Memory(_device);

    public FeatureMap Encode(FeatureMap image, CancellationToken cancellation) => Run(cancellation, () =>
    {
        var condition = network.Encode(ToTensor(image));
        return condition.Features is { } features ? cat([condition.InitialPrediction, features], 1) : condition.InitialPrediction;
    });

    public FeatureMap Denoise(FeatureMap noisy, double noiseLevel, FeatureMap features, CancellationToken cancellation) => Run(cancellation, () =>
    {
        var (y, g, read) = (ToTensor(noisy), full(1, noiseLevel, device: _device), ToTensor(features));
        return Traits.NoiseSchedule.Process.ToClean(network.Parameterization, network.Predict(y, g, new(read, read)), y, g);
    });

    FeatureMap Run(CancellationToken cancellation, Func<Tensor> compute)
    {
        cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var result = compute().cpu().contiguous();
        var map = new FeatureMap((int)result.shape[1], (int)result.shape[2], (int)result.shape[3]);
        MemoryMarshal.Cast<byte, float>(result.bytes).CopyTo(map.Values);
        return map;
    }

    Tensor ToTensor(FeatureMap map)
    {
        var tensor = empty(1, map.Channels, map.Height, map.Width);
        map.Values.CopyTo(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor.MoveTo(_device);
    }

    public void Dispose()
    {
        if (owns)
            network.Dispose();
    }
}
