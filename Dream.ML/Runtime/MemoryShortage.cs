using System.Runtime.InteropServices;

namespace Dream.ML.Runtime;

/// <summary>Tells libtorch's errors about memory from its other ones, which have the same type.</summary>
static class MemoryShortage
{
    // CUDA's allocator and CUDA itself; cuBLAS; the CPU's allocator on Linux and on Windows.
    static readonly string[] Texts =
        ["out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "DefaultCPUAllocator: can't allocate memory", "DefaultCPUAllocator: not enough memory"];

    internal static bool IsCauseOf(ExternalException e) => Texts.Any(text => e.Message.Contains(text, StringComparison.Ordinal));
}
