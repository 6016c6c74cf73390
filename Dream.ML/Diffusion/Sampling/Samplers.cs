using static TorchSharp.torch;

namespace Dream.ML.Diffusion.Sampling;

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
    public static Tensor Run(SamplerKind kind, Denoise denoise, IReadOnlyList<double> levels, NoiseSource noise, double eta = 0) => kind switch
    {
        SamplerKind.Ancestral => Ancestral(denoise, levels, noise),
        SamplerKind.Ddim => Ddim(denoise, levels, noise, eta),
        SamplerKind.DpmSolverPlusPlus => DpmSolverPlusPlus(denoise, levels, noise),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a sampler."),
    };

    /// <summary>Ancestral sampling (Ho et al. 2020, Eq. 6-7; the paper's Algorithm 2) on any spacing of levels.</summary>
    public static Tensor Ancestral(Denoise denoise, IReadOnlyList<double> levels, NoiseSource noise) =>
        Iterate(levels, noise, (y, g, next, step) =>
        {
            var (variance, nextVariance) = (1 - g * g, 1 - next * next);         // 1 − ᾱ, 1 − ᾱ'
            var beta = 1 - g * g / (next * next);                                 // β = 1 − ᾱ/ᾱ'
            // μ = √ᾱ'·β/(1−ᾱ)·x̂0 + √(ᾱ/ᾱ')·(1−ᾱ')/(1−ᾱ)·y,   σ² = (1−ᾱ')/(1−ᾱ)·β
            var mean = denoise(y, g) * (next * beta / variance) + y * (g / next * nextVariance / variance);
            return nextVariance == 0 ? mean : mean + noise(step + 1) * Math.Sqrt(nextVariance / variance * beta);
        });

    /// <summary>DDIM (Song et al. 2021, Eq. 12 and 16).</summary>
    public static Tensor Ddim(Denoise denoise, IReadOnlyList<double> levels, NoiseSource noise, double eta = 0) =>
        Iterate(levels, noise, (y, g, next, step) =>
        {
            var clean = denoise(y, g);
            var epsilon = (y - clean * g) / Math.Sqrt(1 - g * g);                 // ε̂ that goes with the (clipped) x̂0
            var nextVariance = 1 - next * next;
            var sigma = eta * Math.Sqrt(nextVariance / (1 - g * g)) * Math.Sqrt(1 - g * g / (next * next));
            var result = clean * next + epsilon * Math.Sqrt(Math.Max(0, nextVariance - sigma * sigma));
            return sigma == 0 ? result : result + noise(step + 1) * sigma;
        });

    /// <summary>DPM-Solver++(2M) (Lu et al. 2022, Algorithm 2), first order in the first and the last step.</summary>
    public static Tensor DpmSolverPlusPlus(Denoise denoise, IReadOnlyList<double> levels, NoiseSource noise)
    {
        Tensor? previous = null;
        var previousStride = 0.0;
        try
        {
            return Iterate(levels, noise, (y, g, next, _) =>
            {
                var clean = denoise(y, g);
                if (next == 1)
                    return clean.alias(); // the denoiser may keep its own
                var stride = LogSignalToNoise(next) - LogSignalToNoise(g);        // h = Λ' − Λ
                var ratio = previousStride / stride;                              // r = h_prev/h
                // D = (1 + 1/(2r))·x̂0 − 1/(2r)·x̂0_prev
                var corrected = previous is null ? clean : clean * (1 + 0.5 / ratio) - previous * (0.5 / ratio);
                previous?.Dispose();
                previous = clean.clone().DetachFromDisposeScope();
                previousStride = stride;
                // y' = (σ'/σ)·y − α'·(e^(−h) − 1)·D
                return y * Math.Sqrt((1 - next * next) / (1 - g * g)) - corrected * (next * (Math.Exp(-stride) - 1));
            });
        }
        finally
        {
            previous?.Dispose();
        }
    }

    static double LogSignalToNoise(double g) => Math.Log(g / Math.Sqrt(1 - g * g)); // Λ = ln(g/s)

    static Tensor Iterate(IReadOnlyList<double> levels, NoiseSource noise, Func<Tensor, double, double, int, Tensor> step)
    {
        ArgumentOutOfRangeException.ThrowIfZero(levels.Count, nameof(levels));
        Tensor? y = null;
        for (var i = 0; i < levels.Count; i++)
        {
            using var scope = NewDisposeScope();
            var next = step(y ?? noise(0), levels[i], i + 1 < levels.Count ? levels[i + 1] : 1, i).MoveToOuterDisposeScope();
            y?.Dispose();
            y = next;
        }
        return y!;
    }
}
