using System.Diagnostics;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>Times work.</summary>
static class Clock
{
    /// <summary>Does it; returns how long that took.</summary>
    internal static double Seconds(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalSeconds;
    }
}
