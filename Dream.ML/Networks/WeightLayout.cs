namespace Dream.ML.Networks;

/// <summary>
/// Names and shapes of a network's weights. A model file is compared with it before anything of the size that the file
/// claims is made.
/// </summary>
sealed class WeightLayout
{
    readonly Dictionary<string, long[]> _shapes = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, long[]> Shapes => _shapes;

    internal void Add(string name, params long[] shape) => _shapes.Add(name, shape);

    internal void AddLinear(string name, long from, long to)
    {
        Add($"{name}.weight", to, from);
        Add($"{name}.bias", to);
    }

    internal void AddConvolution(string name, long from, long to, long kernel, bool bias = true)
    {
        Add($"{name}.weight", to, from, kernel, kernel);
        if (bias)
            Add($"{name}.bias", to);
    }

    internal void AddNorm(string name, long channels)
    {
        Add($"{name}.weight", channels);
        Add($"{name}.bias", channels);
    }
}
