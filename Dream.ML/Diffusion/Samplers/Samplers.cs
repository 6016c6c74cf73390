using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>
/// The samplers: pure functions from (denoiser, noise levels, noise) to a clean signal. Levels rise from the noisiest
/// (<see cref="NoiseSchedule.SamplingLevels"/>), and the last step always goes to g = 1, that is to x̂0.
/// </summary>
public static class Samplers
{
    /// <summary>Runs the sampler of that kind.</summary>
    /// <param name="kind">Which sampler.</param>
    /// <param name="denoise">Estimates the clean signal.</param>
    /// <param name="levels">g of each step, rising.</param>
    /// <param name="noise">Numbered noise; draw 0 is the start.</param>
    /// <param name="eta">Randomness of DDIM, in [0, 1]; the others do not use it.</param>
    public static Tensor Run(SamplerKind kind, Denoise denoise, IReadOnlyList<double> levels, NoiseSource noise, double eta = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(levels.Count, nameof(levels));
        Tensor? y = null, remembered = null;
        try
        {
            for (var i = 0; i < levels.Count; i++)
            {
                using var scope = NewDisposeScope();
                var noisy = y ?? noise(0);
                var clean = denoise(noisy, levels[i]);
                var next = Step(kind, noisy, clean, remembered, levels, i, noise, eta).MoveToOuterDisposeScope();
                y?.Dispose();
                y = next;
                remembered?.Dispose();
                // A copy: the denoiser may keep its own.
                remembered = RemembersEstimate(kind) ? clean.clone().DetachFromDisposeScope() : null;
            }
        }
        finally
        {
            remembered?.Dispose();
        }
        return y!;
    }

    /// <summary>Ancestral sampling (Ho et al. 2020, Eq. 6-7; the paper's Algorithm 2) on any spacing of levels.</summary>
    public static Tensor Ancestral(Denoise denoise, IReadOnlyList<double> levels, NoiseSource noise) =>
        Run(SamplerKind.Ancestral, denoise, levels, noise);

    /// <summary>DDIM (Song et al. 2021, Eq. 12 and 16).</summary>
    public static Tensor Ddim(Denoise denoise, IReadOnlyList<double> levels, NoiseSource noise, double eta = 0) =>
        Run(SamplerKind.Ddim, denoise, levels, noise, eta);

    /// <summary>DPM-Solver++(2M) (Lu et al. 2022, Algorithm 2), first order in the first and the last step.</summary>
    public static Tensor DpmSolverPlusPlus(Denoise denoise, IReadOnlyList<double> levels, NoiseSource noise) =>
        Run(SamplerKind.DpmSolverPlusPlus, denoise, levels, noise);

    /// <summary>Whether a step needs the clean signal that the step before estimated.</summary>
    internal static bool RemembersEstimate(SamplerKind kind) => kind is SamplerKind.DpmSolverPlusPlus;

    /// <summary>One step, pixel by pixel: a part of the signal can take it alone.</summary>
    /// <param name="kind">Which sampler.</param>
    /// <param name="y">The noisy signal before the step.</param>
    /// <param name="clean">x̂0, estimated from <paramref name="y"/>.</param>
    /// <param name="before">x̂0 of the step before, where the sampler remembers it.</param>
    /// <param name="levels">g of each step, rising.</param>
    /// <param name="i">Number of the step.</param>
    /// <param name="noise">Numbered noise.</param>
    /// <param name="eta">Randomness of DDIM.</param>
    internal static Tensor Step(
        SamplerKind kind, Tensor y, Tensor clean, Tensor? before, IReadOnlyList<double> levels, int i, NoiseSource noise, double eta)
    {
        using var scope = NewDisposeScope();
        if (i + 1 == levels.Count)
            return clean.clone().MoveToOuterDisposeScope(); // to g = 1, in every sampler
        var (g, next) = (levels[i], levels[i + 1]);
        return (kind switch
        {
            SamplerKind.Ancestral => AncestralStep(y, clean, g, next, () => noise(i + 1)),
            SamplerKind.Ddim => DdimStep(y, clean, g, next, () => noise(i + 1), eta),
            SamplerKind.DpmSolverPlusPlus => DpmSolverStep(y, clean, before, i == 0 ? g : levels[i - 1], g, next),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a sampler."),
        }).MoveToOuterDisposeScope();
    }

    static Tensor AncestralStep(Tensor y, Tensor clean, double g, double next, Func<Tensor> z)
    {
        var (variance, nextVariance) = (1 - g * g, 1 - next * next);              // 1 − ᾱ, 1 − ᾱ'
        var beta = 1 - g * g / (next * next);                                      // β = 1 − ᾱ/ᾱ'
        // μ = √ᾱ'·β/(1−ᾱ)·x̂0 + √(ᾱ/ᾱ')·(1−ᾱ')/(1−ᾱ)·y,   σ² = (1−ᾱ')/(1−ᾱ)·β
        var mean = clean * (next * beta / variance) + y * (g / next * nextVariance / variance);
        return mean + z() * Math.Sqrt(nextVariance / variance * beta);
    }

    static Tensor DdimStep(Tensor y, Tensor clean, double g, double next, Func<Tensor> z, double eta)
    {
        var epsilon = (y - clean * g) / Math.Sqrt(1 - g * g);                      // ε̂ that goes with the (clipped) x̂0
        var nextVariance = 1 - next * next;
        var sigma = eta * Math.Sqrt(nextVariance / (1 - g * g)) * Math.Sqrt(1 - g * g / (next * next));
        var result = clean * next + epsilon * Math.Sqrt(Math.Max(0, nextVariance - sigma * sigma));
        return sigma == 0 ? result : result + z() * sigma;
    }

    static Tensor DpmSolverStep(Tensor y, Tensor clean, Tensor? before, double previous, double g, double next)
    {
        var stride = LogSignalToNoise(next) - LogSignalToNoise(g);                 // h = Λ' − Λ
        var ratio = (LogSignalToNoise(g) - LogSignalToNoise(previous)) / stride;   // r = h_prev/h
        // D = (1 + 1/(2r))·x̂0 − 1/(2r)·x̂0_prev
        var corrected = before is null ? clean : clean * (1 + 0.5 / ratio) - before * (0.5 / ratio);
        // y' = (σ'/σ)·y − α'·(e^(−h) − 1)·D
        return y * Math.Sqrt((1 - next * next) / (1 - g * g)) - corrected * (next * (Math.Exp(-stride) - 1));
    }

    internal static double LogSignalToNoise(double g) => Math.Log(g / Math.Sqrt(1 - g * g)); // Λ = ln(g/s)
}
