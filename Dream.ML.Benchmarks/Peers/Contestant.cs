using Dream.ML.Benchmarks.Workload;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>One of those that are timed side by side.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Run">Does the work once; returns the seconds it took.</param>
/// <param name="Repetitions">How often a user would do that work for one result.</param>
sealed record Contestant(string Name, Func<double> Run, int Repetitions = 1)
{
    internal Contestant(string name, Action work, int repetitions = 1) : this(name, () => Clock.Seconds(work), repetitions)
    {
    }
}
