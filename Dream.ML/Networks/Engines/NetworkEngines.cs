using Dream.ML.IO;

namespace Dream.ML.Networks.Engines;

/// <summary>Chooses what computes a network.</summary>
static class NetworkEngines
{
    /// <summary>ONNX Runtime on CPUs; libtorch on GPUs.</summary>
    /// <param name="network">The network.</param>
    /// <param name="scale">Output size over input size.</param>
    /// <param name="weights">Its weights in single precision.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, or <c>null</c>: a GPU that libtorch can use, else the CPU.</param>
    internal static INetworkEngine Create(NetworkSettings network, int scale, IReadOnlyList<SafetensorsTensor> weights, string? device) => DreamRuntime.UsesLibTorch(device)
        ? TorchEngine.Create(network, scale, weights, DreamRuntime.SelectDevice(device))
        : new OnnxEngine(network, scale, weights);
}
