namespace Dream.ML;

/// <summary>Where a degradation's strength is drawn from, uniformly.</summary>
/// <param name="Min">The smallest strength.</param>
/// <param name="Max">The largest strength, not below <paramref name="Min"/>.</param>
public readonly record struct DegradationRange(double Min, double Max)
{
    internal bool IsWithin(double min, double max) => min <= Min && Min <= Max && Max <= max;
}
