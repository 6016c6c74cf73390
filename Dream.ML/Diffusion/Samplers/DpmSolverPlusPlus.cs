namespace Dream.ML;

/// <summary>
/// DPM-Solver++(2M) (Lu et al. 2022, Algorithm 2): deterministic, second order, first order in the first and the last step;
/// good with few steps.
/// </summary>
public sealed record DpmSolverPlusPlus : Sampler
{
    internal override bool RemembersEstimate => true;

    /// <inheritdoc/>
    public override SamplerStep Step(IReadOnlyList<double> levels, int i)
    {
        var (g, next) = (levels[i], levels[i + 1]);
        var stride = LogSignalToNoise(next) - LogSignalToNoise(g);                 // h = Λ' − Λ
        // D = (1 + 1/(2r))·x̂0 − 1/(2r)·x̂0_prev with r = h_prev/h
        var correction = i == 0 ? 0 : 0.5 * stride / (LogSignalToNoise(g) - LogSignalToNoise(levels[i - 1]));
        // y' = (σ'/σ)·y − α'·(e^(−h) − 1)·D
        var weight = -next * (Math.Exp(-stride) - 1);
        return new()
        {
            Signal = Math.Sqrt((1 - next * next) / (1 - g * g)),
            Estimate = weight * (1 + correction),
            PreviousEstimate = -weight * correction,
        };
    }

    static double LogSignalToNoise(double g) => Math.Log(g / Math.Sqrt(1 - g * g)); // Λ = ln(g/s)
}
