using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>DDIM (Song et al. 2021, Eq. 12 and 16): deterministic at η = 0, close to ancestral at η = 1.</summary>
public sealed record Ddim : Sampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="eta">Randomness η in [0, 1].</param>
    public Ddim(double eta = 0)
    {
        Require(eta is >= 0 and <= 1, nameof(Eta), eta, "in [0, 1]");
        Eta = eta;
    }

    /// <summary>Randomness η in [0, 1].</summary>
    public double Eta { get; }

    internal override bool DrawsNoise => Eta > 0;

    private protected override double? Setting => Eta == 0 ? null : Eta;

    /// <inheritdoc/>
    public override SamplerStep Step(IReadOnlyList<double> levels, int i)
    {
        var (g, next) = (levels[i], levels[i + 1]);
        var (variance, nextVariance) = (1 - g * g, 1 - next * next);
        var sigma = Eta * Math.Sqrt(nextVariance / variance) * Math.Sqrt(1 - g * g / (next * next));
        // y' = g'·x̂0 + √(1 − ᾱ' − σ²)·ε̂ + σ·z with the ε̂ = (y − g·x̂0)/√(1 − ᾱ) that goes with the (clipped) x̂0
        var epsilon = Math.Sqrt(Math.Max(0, nextVariance - sigma * sigma) / variance);
        return new() { Estimate = next - g * epsilon, Signal = epsilon, Noise = sigma };
    }
}
