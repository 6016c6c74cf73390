using System.Runtime.Intrinsics.X86;
using System.Text.Json.Serialization;

namespace Dream.ML.Training;

/// <summary>The numbers that training multiplies. Weights, sums and the optimizer are 32 bits wide with either.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainingPrecision>))]
public enum TrainingPrecision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>
    /// 16 bits, with the range of 32: convolutions of Compact take a quarter of the time on CPUs with matrix units (AMX: Intel
    /// Xeon since 2023), and more time on other CPUs.
    /// </summary>
    BFloat16,
}

static class TrainingPrecisions
{
    /// <summary>What is fastest on this CPU.</summary>
    internal static TrainingPrecision Fastest
    {
        get
        {
            // Intel's manual, CPUID leaf 7: EDX bit 22 is AMX-BF16.
            const int AmxBFloat16 = 1 << 22;
            return X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Edx & AmxBFloat16) != 0
                ? TrainingPrecision.BFloat16 : TrainingPrecision.Float32;
        }
    }
}
