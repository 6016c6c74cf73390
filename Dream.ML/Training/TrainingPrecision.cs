using System.Text.Json.Serialization;

namespace Dream.ML;

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
