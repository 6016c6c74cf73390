using System.Globalization;

namespace Dream.ML.Training.Reporting;

/// <summary>One axis of a chart: a range rounded outward to ticks at 1, 2 and 5 times powers of ten.</summary>
sealed class Axis
{
    const int AboutTicks = 5;
    const int MaxDecimals = 3;

    readonly Func<double, double> _scale;

    internal Axis(double low, double high, bool logarithmic)
    {
        _scale = logarithmic ? Math.Log10 : value => value;
        if (low == high)
        {
            var margin = low == 0 ? 1 : Math.Abs(low) / 2;
            (low, high) = (low - margin, high + margin);
        }
        Ticks = logarithmic ? LogarithmicTicks(low, high) : LinearTicks(low, high);
    }

    internal IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>Where a value lies between the first tick, 0, and the last, 1.</summary>
    internal double Position(double value)
    {
        var (first, last) = (_scale(Ticks[0].Value), _scale(Ticks[^1].Value));
        return (_scale(value) - first) / (last - first);
    }

    static List<(double, string)> LinearTicks(double low, double high)
    {
        var rough = (high - low) / AboutTicks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var distance = (rough / power) switch { <= 1 => power, <= 2 => 2 * power, <= 5 => 5 * power, _ => 10 * power };
        var (first, last) = (Math.Floor(low / distance), Math.Ceiling(high / distance));
        List<(double, string)> ticks = [];
        for (var index = first; index <= last; index++)
            ticks.Add((index * distance, Label(index * distance, distance)));
        return ticks;
    }

    static List<(double, string)> LogarithmicTicks(double low, double high)
    {
        var (first, last) = ((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high)));
        int[] digits = last - first <= 2 ? [1, 2, 5] : [1];
        var values = Enumerable.Range(first, last - first + 1)
            .SelectMany(exponent => digits.Select(digit => digit * Math.Pow(10, exponent)))
            .ToList();
        var from = values.FindLastIndex(value => value <= low);
        var to = values.FindIndex(value => value >= high);
        return [.. values[from..(to + 1)].Select(value => (value, Label(value, value)))];
    }

    static string Label(double value, double distance)
    {
        var decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(distance)));
        return value.ToString(
            value == 0 ? "0" : decimals > MaxDecimals ? "0.#e0" : $"N{decimals}", CultureInfo.InvariantCulture);
    }
}
