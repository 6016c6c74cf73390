namespace Dream.ML.Training.Data;

/// <summary>The rows that could not be used: each is reported once and counted, and work continues without it.</summary>
/// <param name="purpose">What they cannot be used for: training or validation.</param>
/// <param name="report">Takes a sentence for each.</param>
sealed class PhotoProblems(string purpose, Action<string> report)
{
    const int MaxNamed = 5;

    readonly SortedDictionary<int, string> _texts = [];

    internal int Count
    {
        get
        {
            lock (_texts)
                return _texts.Count;
        }
    }

    internal void Add(PhotoRow row, string problem)
    {
        var text = $"{row.Name}: {problem}";
        lock (_texts)
            if (!_texts.TryAdd(row.Row, text))
                return;
        report($"Left out of {purpose}: {text}");
    }

    /// <summary>What to throw when nothing is left to train on.</summary>
    internal InvalidOperationException NothingUsable()
    {
        lock (_texts)
            return new(_texts.Count == 0
                ? $"There is no image for {purpose}: the data has no rows."
                : $"There is no image for {purpose}. {string.Join(" ", _texts.Values.Take(MaxNamed))}" +
                    (_texts.Count > MaxNamed ? $" And {_texts.Count - MaxNamed} more." : ""));
    }
}
