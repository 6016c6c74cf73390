using Dream.ML.Core;

namespace Dream.ML.Training.Data;

/// <summary>Which photos training keeps aside to measure on.</summary>
static class HeldBack
{
    /// <summary>A share of the rows, drawn by the seed; at least one row on either side, whichever the share.</summary>
    /// <returns>The rows to train on and those to measure on, both ascending.</returns>
    internal static (int[] Training, int[] Validation) Divide(int count, double share, int seed)
    {
        var rows = Enumerable.Range(0, count).OrderBy(row => CounterRandom.Bits(CounterRandom.Key((ulong)seed), (ulong)row)).ToArray();
        var held = Math.Clamp((int)Math.Round(count * share), 1, Math.Max(1, count - 1));
        return ([.. rows.Skip(held).Order()], [.. rows.Take(held).Order()]);
    }
}
