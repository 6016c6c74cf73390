namespace Dream.ML;

/// <summary>
/// DPM-Solver++(2M) (Lu et al. 2022, Algorithm 2): deterministic, second order, first order in the first and the last step;
/// good with few steps.
/// </summary>
public sealed record DpmSolverPlusPlus : Sampler
{
    internal override bool RemembersEstimate => true;

    /// <inheritdoc/>
    public override SamplerStep Step(ForwardProcess process, IReadOnlyList<double> levels, int i)
    {
        ArgumentNullException.ThrowIfNull(process);
        var ((_, s), (next, nextS)) = (process.Coefficients(levels[i]), process.Coefficients(levels[i + 1]));
        var stride = LogSignalToNoise(i + 1) - LogSignalToNoise(i);                // h = Λ' − Λ
        // D = (1 + 1/(2r))·x̂0 − 1/(2r)·x̂0_prev with r = h_prev/h
        var correction = i == 0 ? 0 : 0.5 * stride / (LogSignalToNoise(i) - LogSignalToNoise(i - 1));
        // y' = (σ'/σ)·y − α'·(e^(−h) − 1)·D
        var weight = -next * (Math.Exp(-stride) - 1);
        return new()
        {
            Signal = nextS / s,
            Estimate = weight * (1 + correction),
            PreviousEstimate = -weight * correction,
        };

        double LogSignalToNoise(int i)
        {
            var (a, s) = process.Coefficients(levels[i]);
            return Math.Log(a / s); // Λ = ln(a/s)
        }
    }
}
