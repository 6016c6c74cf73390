namespace Dream.ML;

/// <summary>
/// One step of a sampler, pixel by pixel: y' = <see cref="Signal"/>·y + <see cref="Estimate"/>·x̂0 +
/// <see cref="PreviousEstimate"/>·x̂0 of the step before + <see cref="Noise"/>·z with z ~ N(0, I).
/// </summary>
public readonly record struct SamplerStep
{
    /// <summary>Weight of the noisy signal y.</summary>
    public double Signal { get; init; }

    /// <summary>Weight of the clean signal x̂0 that the network estimates from y.</summary>
    public double Estimate { get; init; }

    /// <summary>Weight of the clean signal that it estimated in the step before; 0 in the first.</summary>
    public double PreviousEstimate { get; init; }

    /// <summary>Weight of fresh noise.</summary>
    public double Noise { get; init; }
}
