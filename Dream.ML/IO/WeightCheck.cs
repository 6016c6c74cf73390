namespace Dream.ML.IO;

/// <summary>Whether the weights of a file are those that a network needs.</summary>
static class WeightCheck
{
    const int MaxListed = 5;

    /// <summary>Compares names and shapes, which takes no weights.</summary>
    /// <exception cref="InvalidDataException">Some are missing, left over or other ones.</exception>
    internal static void RequireFit(IReadOnlyDictionary<string, long[]> expected, IReadOnlyDictionary<string, long[]> actual)
    {
        string[] problems =
        [
            .. expected.Keys.Where(name => !actual.ContainsKey(name)).Select(name => $"'{name}' is missing"),
            .. actual.Keys.Where(name => !expected.ContainsKey(name)).Select(name => $"'{name}' has no place in the network"),
            .. actual.Where(tensor => expected.TryGetValue(tensor.Key, out var shape) && !shape.SequenceEqual(tensor.Value))
                .Select(tensor => $"'{tensor.Key}' is [{string.Join(", ", tensor.Value)}], not [{string.Join(", ", expected[tensor.Key])}]"),
        ];
        if (problems.Length > 0)
            throw new InvalidDataException(
                $"The weights do not fit the network: {string.Join("; ", problems.Take(MaxListed))}{(problems.Length > MaxListed ? $"; and {problems.Length - MaxListed} more" : "")}.");
    }

    /// <exception cref="InvalidDataException">Some are not finite.</exception>
    internal static void RequireFinite(IEnumerable<SafetensorsTensor> weights)
    {
        if (weights.FirstOrDefault(tensor => !tensor.IsFinite()) is { } broken)
            throw new InvalidDataException($"The weights '{broken.Name}' are not all finite numbers.");
    }
}
