using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>
/// Which noise levels a network is trained on and sampled with: 1 is clean, small is noisy. What they mean is up to the
/// <see cref="Process"/>; the variance-preserving one calls them g = √ᾱ.
/// </summary>
public abstract class NoiseSchedule
{
    /// <summary>How far the first sampling level may lie from the level that the network was trained to.</summary>
    const double TerminalTolerance = 0.05;

    /// <summary>How noise is added at a level.</summary>
    public virtual ForwardProcess Process => ForwardProcess.VariancePreserving;

    /// <summary>The noisiest level, where sampling starts.</summary>
    public abstract double TerminalLevel { get; }

    /// <summary>The level at a position in [0, 1]: 0 is clean (g = 1), 1 is <see cref="TerminalLevel"/>. Falls throughout.</summary>
    public abstract double LevelAt(double position);

    /// <summary>Continuous training levels for uniform random numbers.</summary>
    /// <param name="uniform">u in [0, 1), (B).</param>
    /// <returns>g, (B), on the same device.</returns>
    public abstract Tensor Sample(Tensor uniform);

    /// <summary>Levels for sampling in that many steps, the noisiest first. The last step ends at g = 1.</summary>
    /// <param name="steps">Number of network runs, at least 1.</param>
    public double[] SamplingLevels(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var power = SpacingPower(steps);
        return [.. Enumerable.Range(0, steps).Select(i => LevelAt(Math.Pow((double)(steps - i) / steps, power)))];
    }

    /// <summary>The power that evenly spaced positions are raised to for sampling: above 1, steps crowd at the clean end.</summary>
    /// <param name="steps">Number of network runs.</param>
    /// <returns>1: evenly spaced.</returns>
    private protected virtual double SpacingPower(int steps) => 1;

    /// <summary>Refuses sampling levels that this schedule's network cannot start from, or that do not rise.</summary>
    /// <remarks>
    /// Sampling starts from pure noise, so its first level must be the one that the network knows as pure noise. Running
    /// 100 steps of a 2,000-step schedule's βs, for instance, would start at g = 0.78.
    /// </remarks>
    /// <exception cref="ArgumentException">The message names the level found and the level expected.</exception>
    public void RequireUsable(IReadOnlyList<double> levels)
    {
        if (levels.Count == 0)
            throw new ArgumentException("Sampling needs at least one noise level.", nameof(levels));
        if (Math.Abs(levels[0] - TerminalLevel) > TerminalTolerance)
            throw new ArgumentException(
                $"Sampling would start at noise level {levels[0]:0.####}, but the network was trained to {TerminalLevel:0.####}. Space the steps over the whole schedule ({nameof(SamplingLevels)} does).",
                nameof(levels));
        for (var i = 0; i < levels.Count; i++)
            if (!(levels[i] > (i == 0 ? 0 : levels[i - 1])) || levels[i] >= 1)
                throw new ArgumentException($"Noise levels must rise towards 1 without reaching it; level {i} is {levels[i]:0.####}.", nameof(levels));
    }
}
