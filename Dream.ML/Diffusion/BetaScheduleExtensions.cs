namespace Dream.ML;

/// <summary>Computes the named variance schedules.</summary>
public static class BetaScheduleExtensions
{
    const double CosineOffset = 0.008;
    const double LargestBeta = 0.999;

    /// <summary>β_1 … β_T.</summary>
    /// <param name="schedule">Which schedule.</param>
    /// <param name="steps">T ≥ 1.</param>
    /// <param name="start">First β, in (0, 1).</param>
    /// <param name="end">Last β, in (0, 1).</param>
    public static double[] ToBetas(this BetaSchedule schedule, int steps, double start = 1e-6, double end = 1e-2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return schedule switch
        {
            BetaSchedule.Linear => Linspace(start, end, steps),
            BetaSchedule.Quad => [.. Linspace(Math.Sqrt(start), Math.Sqrt(end), steps).Select(root => root * root)],
            BetaSchedule.Warmup10 => Warmup(0.1),
            BetaSchedule.Warmup50 => Warmup(0.5),
            BetaSchedule.Const => [.. Enumerable.Repeat(end, steps)],
            BetaSchedule.Jsd => [.. Linspace(steps, 1, steps).Select(remaining => 1 / remaining)],
            BetaSchedule.Cosine => Cosine(),
            _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "Not a schedule."),
        };

        double[] Warmup(double share)
        {
            var betas = Enumerable.Repeat(end, steps).ToArray();
            Linspace(start, end, (int)(steps * share)).CopyTo(betas, 0);
            return betas;
        }

        // ᾱ_t = cos²(((t/T + s)/(1 + s))·π/2) / ᾱ_0, β_t = 1 − ᾱ_t/ᾱ_(t−1)
        double[] Cosine()
        {
            var cumulative = Enumerable.Range(0, steps + 1)
                .Select(t => Math.Pow(Math.Cos(((double)t / steps + CosineOffset) / (1 + CosineOffset) * Math.PI / 2), 2))
                .ToArray();
            return [.. cumulative.Skip(1).Select((alpha, t) => Math.Min(1 - (alpha / cumulative[0]) / (cumulative[t] / cumulative[0]), LargestBeta))];
        }
    }

    static double[] Linspace(double start, double end, int count) =>
        [.. Enumerable.Range(0, count).Select(i => i < count - 1 || count == 1 ? start + i * ((end - start) / Math.Max(1, count - 1)) : end)];
}
