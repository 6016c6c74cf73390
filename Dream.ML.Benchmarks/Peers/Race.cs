namespace Dream.ML.Benchmarks.Peers;

/// <summary>Times several by turns, so that whatever else the machine does hits all of them alike.</summary>
static class Race
{
    // OpenMP's threads go on spinning for some milliseconds after a call: the next in turn waits until they sleep.
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The timings of everybody, in <paramref name="rounds"/> rounds behind <paramref name="warmUps"/> that are not timed.</summary>
    internal static Timing[] Run(IReadOnlyList<Contestant> contestants, int rounds, int warmUps = 1)
    {
        for (var round = 0; round < warmUps; round++)
            foreach (var contestant in contestants)
                contestant.Run();
        var timings = contestants.Select(contestant => new Timing(contestant.Name, new double[rounds])).ToArray();
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < timings.Length; i++)
            {
                Thread.Sleep(Pause);
                timings[i].Seconds[round] = contestants[i].Run() * contestants[i].Repetitions;
            }
        return timings;
    }
}
