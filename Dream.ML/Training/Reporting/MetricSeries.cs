namespace Dream.ML.Training.Reporting;

/// <summary>
/// Metrics over the steps, thinned evenly: when the series is full, every second entry goes and the distance between
/// entries doubles. The first entry always stays.
/// </summary>
sealed class MetricSeries
{
    const int Capacity = 1000;

    readonly List<DreamTrainingMetrics> _entries;
    int _distance;

    internal MetricSeries(IEnumerable<DreamTrainingMetrics> entries)
    {
        _entries = [.. entries];
        // A series that is resumed continues at the density that it has.
        _distance = _entries.Zip(_entries.Skip(1), (one, next) => next.Step - one.Step).DefaultIfEmpty(1).Min();
    }

    internal IReadOnlyList<DreamTrainingMetrics> Entries => _entries;

    /// <summary>Adds an entry if its turn has come.</summary>
    internal bool Add(DreamTrainingMetrics metrics)
    {
        if (_entries.Count > 0 && metrics.Step < _entries[^1].Step + _distance)
            return false;
        if (_entries.Count >= Capacity)
        {
            var index = 0;
            _entries.RemoveAll(_ => index++ % 2 == 1);
            _distance *= 2;
        }
        _entries.Add(metrics);
        return true;
    }
}
