using System.Runtime.InteropServices;

namespace Dream.ML.Core;

/// <summary>The memory that native libraries and feature maps are allocated from.</summary>
static partial class NativeHeap
{
    static bool _trims = OperatingSystem.IsLinux();

    /// <summary>
    /// Gives freed memory back to the system. glibc keeps what lies between blocks still in use, which after many tensors of
    /// different sizes is more than the tensors themselves.
    /// </summary>
    internal static void Trim()
    {
        try
        {
            if (_trims)
                _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            _trims = false; // another C library, such as musl
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);
}
