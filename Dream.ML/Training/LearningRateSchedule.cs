namespace Dream.ML.Training;

/// <summary>Linear warm-up, then half a cosine down to a twentieth.</summary>
static class LearningRateSchedule
{
    const int WarmupSteps = 50;
    const double FinalShare = 0.05;

    /// <summary>The rate of the update numbered <paramref name="step"/> from 0.</summary>
    internal static double At(int step, int steps, double peak)
    {
        var warmup = Math.Min(1, (step + 1.0) / WarmupSteps);
        var cosine = FinalShare + (1 - FinalShare) * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
        return peak * warmup * cosine;
    }
}
