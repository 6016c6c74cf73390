namespace Dream.ML;

/// <summary>
/// Ancestral sampling from the process's own posterior, on any spacing of levels (the paper's Algorithm 2; DDPM, Ho et al. 2020, Eq. 6-7;
/// ResShift, Yue et al. 2023, Eq. 6).
/// </summary>
public sealed record Ancestral : Sampler
{
    internal override bool DrawsNoise => true;

    /// <inheritdoc/>
    public override SamplerStep Step(ForwardProcess process, IReadOnlyList<double> levels, int i)
    {
        ArgumentNullException.ThrowIfNull(process);
        return Towards(process, levels[i], levels[i + 1], process.ReverseNoise(levels[i], levels[i + 1]));
    }
}
