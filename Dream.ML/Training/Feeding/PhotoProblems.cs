namespace Dream.ML.Training.Feeding;

/// <summary>The rows that could not be used: each is told of once and counted, and training goes on without it.</summary>
sealed class PhotoProblems(Action<string> tell)
{
    const int MostNamed = 5;

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
        tell($"Left out of training: {text}");
    }

    /// <summary>What to throw when nothing is left to train on.</summary>
    internal InvalidOperationException NothingUsable()
    {
        lock (_texts)
            return new(_texts.Count == 0
                ? "There is no image to train on: the data has no rows, or all its images are missing."
                : $"There is no image to train on. {string.Join(" ", _texts.Values.Take(MostNamed))}" +
                    (_texts.Count > MostNamed ? $" And {_texts.Count - MostNamed} more." : ""));
    }
}
