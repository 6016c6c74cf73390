using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>
/// The samplers: pure functions from (denoiser, noise levels, noise) to a clean signal. Levels rise from the noisiest
/// (<see cref="NoiseSchedule.SamplingLevels"/>), and the last step always goes to g = 1, that is to x̂0.
/// </summary>
public static class Samplers
{
    /// <summary>Runs a sampler.</summary>
    /// <param name="sampler">Which sampler.</param>
    /// <param name="denoise">Estimates the clean signal.</param>
    /// <param name="levels">g of each step, rising.</param>
    /// <param name="noise">Numbered noise; draw 0 is the start.</param>
    public static Tensor Run(Sampler sampler, Denoise denoise, IReadOnlyList<double> levels, NoiseSource noise)
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
                var next = Step(sampler, noisy, clean, remembered, levels, i, noise).MoveToOuterDisposeScope();
                y?.Dispose();
                y = next;
                remembered?.Dispose();
                // A copy: the denoiser may keep its own.
                remembered = sampler.RemembersEstimate ? clean.clone().DetachFromDisposeScope() : null;
            }
        }
        finally
        {
            remembered?.Dispose();
        }
        return y!;
    }

    /// <summary>One step, pixel by pixel: a part of the signal can take it alone.</summary>
    internal static Tensor Step(
        Sampler sampler, Tensor y, Tensor clean, Tensor? before, IReadOnlyList<double> levels, int i, NoiseSource noise)
    {
        using var scope = NewDisposeScope();
        if (i + 1 == levels.Count)
            return clean.clone().MoveToOuterDisposeScope(); // to g = 1, in every sampler
        var step = sampler.Step(levels, i);
        var next = y * step.Signal + clean * step.Estimate;
        if (before is not null)
            next += before * step.PreviousEstimate;
        if (step.Noise != 0)
            next += noise(i + 1) * step.Noise;
        return next.MoveToOuterDisposeScope();
    }
}
