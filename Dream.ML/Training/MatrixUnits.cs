using System.Runtime.Intrinsics.X86;

namespace Dream.ML.Training;

/// <summary>Intel's AMX, which .NET has no property for.</summary>
static class MatrixUnits
{
    // Intel's manual, CPUID leaf 7: EDX bit 22 is AMX-BF16.
    const int AmxBFloat16 = 1 << 22;

    /// <summary>Whether this CPU multiplies 16-bit numbers several times as fast as 32-bit ones.</summary>
    internal static bool MultiplyBFloat16 { get; } =
        X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Edx & AmxBFloat16) != 0;
}
