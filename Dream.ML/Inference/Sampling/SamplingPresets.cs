namespace Dream.ML;

/// <summary>Ways to upscale, from faithful to sharp: <c>model.WithSampling(SamplingPresets.Detail)</c>.</summary>
public static class SamplingPresets
{
    /// <summary>Closest to the original pixel by pixel, and fastest.</summary>
    public static SamplingSettings Fidelity { get; } = new() { Detail = 0 };

    /// <summary>As the network samples, in one step.</summary>
    public static SamplingSettings Balanced { get; } = new();

    /// <summary>Sharper.</summary>
    public static SamplingSettings Detail { get; } = new() { Detail = 0.8 };
}
