using System.Globalization;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>Mean and standard deviation over seeds.</summary>
/// <param name="Count">Number of values.</param>
/// <param name="Mean">Their mean; not a number where there are none.</param>
/// <param name="Deviation">Their standard deviation (over n − 1), 0 for a single value.</param>
readonly record struct Spread(int Count, double Mean, double Deviation)
{
    internal static Spread Of(IEnumerable<double> values)
    {
        var all = values.ToList();
        var mean = all.DefaultIfEmpty(double.NaN).Average();
        return new(all.Count, mean, Math.Sqrt(all.Sum(value => Math.Pow(value - mean, 2)) / Math.Max(1, all.Count - 1)));
    }

    internal string ToString(string format) => Count switch
    {
        0 => "–",
        1 => Write(Mean, format),
        _ => $"{Write(Mean, format)} ± {Write(Deviation, format)}",
    };

    static string Write(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
