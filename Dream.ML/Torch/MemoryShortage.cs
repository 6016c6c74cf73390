using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace Dream.ML.Torch;

/// <summary>Tells errors about memory from others, and says them in the user's words.</summary>
static class MemoryShortage
{
    // CUDA's allocator and CUDA itself; cuBLAS; the CPU's allocator on Linux and on Windows; C++; ONNX Runtime.
    static readonly string[] Texts =
    [
        "out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "DefaultCPUAllocator: can't allocate memory",
        "DefaultCPUAllocator: not enough memory", "std::bad_alloc", "bad allocation", "Failed to allocate memory",
    ];

    /// <summary>What is too small on a CPU.</summary>
    internal const string OfProcess = "The memory that this process may use";

    /// <summary>Whether it is one of .NET, of libtorch or of ONNX Runtime, whose other errors have the same type, and not yet in words.</summary>
    internal static bool IsCauseOf(Exception e) => e switch
    {
        InsufficientMemoryException => false,
        OutOfMemoryException => true,
        ExternalException or OnnxRuntimeException => Texts.Any(text => e.Message.Contains(text, StringComparison.Ordinal)),
        _ => false,
    };

    /// <summary>What is too small.</summary>
    internal static string Memory(torch.Device device) =>
        device.type == DeviceType.CPU ? OfProcess : $"The memory of {device}";
}
