using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>The noise levels of a variance schedule β_1 … β_T, made continuous as SR3 does.</summary>
public sealed class BetaNoiseSchedule : NoiseSchedule
{
    const double LargestBeta = 0.999;

    readonly double[] _levels; // √ᾱ_0 = 1, √ᾱ_1, …, √ᾱ_T

    /// <summary>Creates the levels of the given variances.</summary>
    /// <param name="betas">β_1 … β_T in (0, 1]; above 0.999 they count as 0.999, so that some signal remains at the end.</param>
    public BetaNoiseSchedule(IReadOnlyList<double> betas)
    {
        ArgumentOutOfRangeException.ThrowIfZero(betas.Count, nameof(betas));
        _levels = new double[betas.Count + 1];
        _levels[0] = 1;
        for (var (t, cumulative) = (1, 1.0); t <= betas.Count; t++)
        {
            if (!(betas[t - 1] > 0 && betas[t - 1] <= 1))
                throw new ArgumentOutOfRangeException(nameof(betas), betas[t - 1], $"β_{t} must lie in (0, 1].");
            cumulative *= 1 - Math.Min(betas[t - 1], LargestBeta);               // ᾱ_t = Π (1 − β)
            _levels[t] = Math.Sqrt(cumulative);
        }
    }

    /// <inheritdoc/>
    public override double TerminalLevel => _levels[^1];

    /// <inheritdoc/>
    public override double LevelAt(double position)
    {
        var t = Math.Clamp(position, 0, 1) * (_levels.Length - 1);
        var below = Math.Min((int)t, _levels.Length - 2);
        // Between two entries ln ᾱ is nearly straight, ᾱ is not.
        return Math.Exp(double.Lerp(Math.Log(_levels[below]), Math.Log(_levels[below + 1]), t - below));
    }

    /// <inheritdoc/>
    /// <returns>
    /// Near 2 for few steps, spaced quadratically (Song et al. 2021, DDIM, appendix D.2): evenly spaced ones are wasted on what is
    /// nearly pure noise. 1 from T steps on, which are those of SR3.
    /// </returns>
    private protected override double SpacingPower(int steps) => 2 - Math.Min(1, steps / (_levels.Length - 1.0));

    /// <inheritdoc/>
    /// <remarks>A uniform t in 1 … T, then g uniform in [√ᾱ_t, √ᾱ_(t−1)]: one number decides both (paper's code, WaveGrad).</remarks>
    public override Tensor Sample(Tensor uniform)
    {
        using var scope = NewDisposeScope();
        var table = tensor(_levels, ScalarType.Float32, uniform.device);
        var position = uniform * (_levels.Length - 1);
        var below = position.floor().clamp(0, _levels.Length - 2);
        var index = below.to(ScalarType.Int64);
        return lerp(table[index], table[index + 1], position - below).MoveToOuterDisposeScope();
    }
}
