namespace Dream.ML.Training.Reporting;

/// <summary>What went wrong without stopping the training, counted; a bad file is met again in every epoch.</summary>
sealed class ProblemList
{
    internal const int MaxListed = 200;

    readonly OrderedDictionary<string, int> _counts = [];

    /// <summary>The first different ones, with how often each was met.</summary>
    internal IReadOnlyDictionary<string, int> Listed => _counts;

    internal int Total { get; private set; }

    internal void Add(string text)
    {
        Total++;
        if (_counts.TryGetValue(text, out var count))
            _counts[text] = count + 1;
        else if (_counts.Count < MaxListed)
            _counts.Add(text, 1);
    }
}
