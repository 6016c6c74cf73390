namespace Dream.ML;

/// <summary>Ancestral sampling from the posterior (the paper's Algorithm 2; DDPM, Ho et al. 2020, Eq. 6-7) on any spacing of levels.</summary>
public sealed record Ancestral : Sampler
{
    internal override bool DrawsNoise => true;

    /// <inheritdoc/>
    public override SamplerStep Step(IReadOnlyList<double> levels, int i)
    {
        var (g, next) = (levels[i], levels[i + 1]);
        var (variance, nextVariance) = (1 - g * g, 1 - next * next);              // 1 − ᾱ, 1 − ᾱ'
        var beta = 1 - g * g / (next * next);                                      // β = 1 − ᾱ/ᾱ'
        // μ = √ᾱ'·β/(1−ᾱ)·x̂0 + √(ᾱ/ᾱ')·(1−ᾱ')/(1−ᾱ)·y,   σ² = (1−ᾱ')/(1−ᾱ)·β
        return new()
        {
            Estimate = next * beta / variance,
            Signal = g / next * nextVariance / variance,
            Noise = Math.Sqrt(nextVariance / variance * beta),
        };
    }
}
