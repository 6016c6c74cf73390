namespace Dream.ML.Benchmarks.Claims;

/// <summary>A training of one network compared with standard training from the same seed.</summary>
/// <param name="runs">All measurements of the network.</param>
sealed class AgainstStandard(IEnumerable<Measurement> runs)
{
    readonly Measurement[] _runs = [.. runs];

    /// <summary>
    /// Convergence: the cost of standard training over the cost of reaching its final quality, at the full number of
    /// sampling steps, for each seed; <c>null</c> where no checkpoint reaches it.
    /// </summary>
    /// <param name="method">The training.</param>
    /// <param name="quality">Higher is better.</param>
    /// <param name="cost">Updates or seconds.</param>
    internal IEnumerable<double?> Convergence(string method, Func<Quality, double> quality, Func<Measurement, double> cost) =>
        from standard in _runs
        where standard.Method == Candidate.Standard && IsFinal(standard) && IsFullLength(standard)
        let costs = from run in Same(standard.Seed, method)
                    where IsFullLength(run) && quality(run.Quality) >= quality(standard.Quality)
                    select (double?)cost(run)
        where Same(standard.Seed, method).Any()
        select cost(standard) / costs.Min();

    /// <summary>
    /// Sampling efficiency: the fewest sampling steps that give the quality of standard training at its full length, as
    /// a ratio, for each seed; <c>null</c> where none do. Both fully trained.
    /// </summary>
    internal IEnumerable<double?> SamplingEfficiency(string method, Func<Quality, double> quality) =>
        from standard in _runs
        where standard.Method == Candidate.Standard && IsFinal(standard) && IsFullLength(standard)
        where Same(standard.Seed, method).Any()
        select standard.SamplingSteps / StepsToReach(standard.Seed, method, quality, quality(standard.Quality));

    /// <summary>The fewest sampling steps that give the best that standard training gives at any number, for each seed.</summary>
    internal IEnumerable<double?> StepsToBest(string method, Func<Quality, double> quality) =>
        from standard in _runs
        where standard.Method == Candidate.Standard && IsFinal(standard)
        group quality(standard.Quality) by standard.Seed into bySeed
        where Same(bySeed.Key, method).Any()
        select StepsToReach(bySeed.Key, method, quality, bySeed.Max());

    double? StepsToReach(int seed, string method, Func<Quality, double> quality, double value) =>
        Same(seed, method).Where(run => IsFinal(run) && quality(run.Quality) >= value).Min(run => (double?)run.SamplingSteps);

    IEnumerable<Measurement> Same(int seed, string method) => _runs.Where(run => (run.Seed, run.Method) == (seed, method));

    bool IsFinal(Measurement run) => run.Checkpoint == _runs.Max(other => other.Checkpoint);

    bool IsFullLength(Measurement run) => run.SamplingSteps == _runs.Max(other => other.SamplingSteps);
}
