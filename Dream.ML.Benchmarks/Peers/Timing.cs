namespace Dream.ML.Benchmarks.Peers;

/// <summary>How long one contestant took.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seconds">Per result, round by round.</param>
sealed record Timing(string Name, double[] Seconds)
{
    public double Median
    {
        get
        {
            var sorted = Seconds.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}
