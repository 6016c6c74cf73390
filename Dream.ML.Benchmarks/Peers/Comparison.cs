using System.Globalization;
using System.Text;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>One table: Dream.ML in the first row, the others below.</summary>
/// <param name="Title">What all of them did.</param>
/// <param name="Notes">What a reader must know to judge the figures.</param>
/// <param name="Timings">The rows.</param>
/// <param name="Missing">Who could not take part, and why.</param>
sealed record Comparison(string Title, string Notes, IReadOnlyList<Timing> Timings, string? Missing = null)
{
    internal string ToMarkdown()
    {
        var text = new StringBuilder($"""
            ## {Title}

            | | median, s | fastest, s | slowest, s | times Dream.ML's |
            | --- | ---: | ---: | ---: | ---: |

            """);
        foreach (var timing in Timings)
            text.Append($"| {timing.Name} | {Figure(timing.Median)} | {Figure(timing.Seconds.Min())} | {Figure(timing.Seconds.Max())} | {Figure(timing.Median / Timings[0].Median)} |\n");
        if (Missing is not null)
            text.Append($"| {Missing} | | | | |\n");
        return text.Append($"\n{Notes}\n").ToString();
    }

    /// <summary>Three digits that count.</summary>
    static string Figure(double value) => value.ToString(value < 100 ? "G3" : "N0", CultureInfo.InvariantCulture);
}
