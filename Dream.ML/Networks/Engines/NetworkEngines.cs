using Dream.ML.IO;

namespace Dream.ML.Networks.Engines;

/// <summary>Chooses what computes a network.</summary>
static class NetworkEngines
{
    /// <summary>ONNX Runtime on CPUs; libtorch on GPUs.</summary>
    /// <param name="network">The network.</param>
    /// <param name="factor">Output size over input size; of which the whole part is the network's where it is continuous.</param>
    /// <param name="weights">Its weights in single precision.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, or <c>null</c>: a GPU that libtorch can use, else the CPU.</param>
    internal static INetworkEngine Create(NetworkSettings network, double factor, IReadOnlyList<SafetensorsTensor> weights, string? device)
    {
        (network, weights) = network.At(factor, weights);
        return DreamRuntime.UsesLibTorch(device)
            ? TorchEngine.Create(network, (int)factor, weights, DreamRuntime.SelectDevice(device))
            : new OnnxEngine(network, (int)factor, weights);
    }
}
