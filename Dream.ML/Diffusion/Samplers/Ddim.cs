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
    public override SamplerStep Step(ForwardProcess process, IReadOnlyList<double> levels, int i)
    {
        ArgumentNullException.ThrowIfNull(process);
        return Towards(process, levels[i], levels[i + 1], Eta * process.ReverseNoise(levels[i], levels[i + 1]));
    }
}
