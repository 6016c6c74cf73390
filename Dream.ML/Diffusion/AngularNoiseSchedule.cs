using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>Noise levels uniform in angle: g = cos a, s = sin a, from a = 0 to the angle of the terminal level.</summary>
public sealed class AngularNoiseSchedule : NoiseSchedule
{
    readonly double _largestAngle;

    /// <summary>Creates the schedule.</summary>
    /// <param name="terminalLevel">The smallest g, in (0, 1).</param>
    public AngularNoiseSchedule(double terminalLevel = 0.02)
    {
        if (!(terminalLevel > 0 && terminalLevel < 1))
            throw new ArgumentOutOfRangeException(nameof(terminalLevel), terminalLevel, "The terminal noise level lies in (0, 1).");
        TerminalLevel = terminalLevel;
        _largestAngle = Math.Acos(terminalLevel);
    }

    /// <inheritdoc/>
    public override double TerminalLevel { get; }

    /// <inheritdoc/>
    public override double LevelAt(double position) => Math.Cos(Math.Clamp(position, 0, 1) * _largestAngle);

    /// <inheritdoc/>
    public override Tensor Sample(Tensor uniform) => (uniform * _largestAngle).cos();
}
