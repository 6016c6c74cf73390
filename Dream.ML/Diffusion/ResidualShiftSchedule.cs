using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>
/// The noise levels of ResShift (Yue et al. 2023, Eq. 8-10), made continuous: g = 1 − η with √η growing exponentially from 0.02 to 0.99,
/// early positions the fastest.
/// </summary>
public sealed class ResidualShiftSchedule : NoiseSchedule
{
    const double SmallestShift = 0.02; // √η_1
    const double LargestShift = 0.99;  // √η_T
    const double Power = 0.3;          // p

    /// <summary>Creates the schedule.</summary>
    /// <param name="kappa">κ of the <see cref="ForwardProcess.ResidualShifting"/>, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kappa"/> is not above 0.</exception>
    public ResidualShiftSchedule(double kappa = 2) => Process = ForwardProcess.ResidualShifting(kappa);

    /// <inheritdoc/>
    public override ForwardProcess Process { get; }

    /// <inheritdoc/>
    public override double TerminalLevel => 1 - LargestShift * LargestShift;

    /// <inheritdoc/>
    public override double LevelAt(double position)
    {
        if (position <= 0)
            return 1;
        var shift = SmallestShift * Math.Pow(LargestShift / SmallestShift, Math.Pow(Math.Min(position, 1), Power)); // √η = √η_1·b^(t^p)
        return 1 - shift * shift;
    }

    /// <inheritdoc/>
    public override Tensor Sample(Tensor uniform)
    {
        using var scope = NewDisposeScope();
        var shift = SmallestShift * (uniform.pow(Power) * Math.Log(LargestShift / SmallestShift)).exp();
        return (1 - shift.square()).MoveToOuterDisposeScope();
    }
}
