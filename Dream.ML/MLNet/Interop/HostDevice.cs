using Microsoft.ML.Runtime;

namespace Dream.ML.MLNet.Interop;

/// <summary>Turns an MLContext's <c>GpuDeviceId</c> and <c>FallbackToCpu</c> into a device name.</summary>
static class HostDevice
{
    /// <summary><c>null</c>, the runtime's own choice, where the context names no GPU.</summary>
    internal static string? Choose(IHostEnvironment environment)
    {
        var (id, fallbackToCpu) = MLNetInternals.Gpu(environment);
        if (id is null)
            return null;
        return DreamRuntime.HasGpu(id.Value) || !fallbackToCpu ? $"cuda:{id}" : "cpu";
    }
}
