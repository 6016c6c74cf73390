using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Dream.ML.Samples.Reporting;

/// <summary>Shows how work stands: a live bar on a terminal, a line every few seconds elsewhere.</summary>
static class ProgressDisplay
{
    static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Does work that tells the share of it that is done, from 0 to 1, and what to write next to a bar and in a line of its own.</summary>
    internal static T Show<T>(string start, Func<Action<double, string, string>, T> work) =>
        AnsiConsole.Profile.Out.IsTerminal && AnsiConsole.Profile.Capabilities.Interactive
            ? ShowBar(start, work)
            : work(WriteLines());

    /// <summary>A time that work will take, in words that follow others; nothing where it is not known.</summary>
    internal static string Left(TimeSpan? remaining) => remaining is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"  {(int)time.TotalHours:00}:{time:mm\\:ss} left")
        : "";

    static T ShowBar<T>(string start, Func<Action<double, string, string>, T> work) => AnsiConsole.Progress()
        .Columns(new ProgressBarColumn { Width = 24 }, new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(progress =>
        {
            var task = progress.AddTask(Markup.Escape(start), maxValue: 1);
            return work((share, text, _) => (task.Value, task.Description) = (share, Markup.Escape(text)));
        });

    static Action<double, string, string> WriteLines()
    {
        var sinceLine = Stopwatch.StartNew();
        return (share, _, line) =>
        {
            if (share < 1 && sinceLine.Elapsed < LineInterval)
                return;
            Console.WriteLine(line);
            sinceLine.Restart();
        };
    }
}
