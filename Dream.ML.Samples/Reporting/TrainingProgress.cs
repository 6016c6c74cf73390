using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Dream.ML.Samples.Reporting;

/// <summary>Shows how training stands: a live bar on a terminal, a line every few seconds elsewhere.</summary>
static class TrainingProgress
{
    static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    internal static T Show<T>(Func<Action<DreamTrainingMetrics>, T> train) =>
        AnsiConsole.Profile.Out.IsTerminal && AnsiConsole.Profile.Capabilities.Interactive
            ? ShowBar(train)
            : train(WriteLines());

    static T ShowBar<T>(Func<Action<DreamTrainingMetrics>, T> train) => AnsiConsole.Progress()
        .Columns(new ProgressBarColumn { Width = 24 }, new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(progress =>
        {
            var task = progress.AddTask("reading photos");
            return train(metrics =>
            {
                task.MaxValue = metrics.Steps;
                task.Value = metrics.Step;
                task.Description = string.Create(CultureInfo.InvariantCulture,
                    $"{metrics.Step}/{metrics.Steps}{(metrics.Pretraining ? "  pretraining" : "")}  loss {metrics.Loss:0.0000}  " +
                    $"{metrics.ImagesPerSecond:0} images/s  {(int)metrics.Remaining.TotalHours:00}:{metrics.Remaining:mm\\:ss} left");
            });
        });

    static Action<DreamTrainingMetrics> WriteLines()
    {
        var sinceLine = Stopwatch.StartNew();
        return metrics =>
        {
            if (metrics.Step < metrics.Steps && sinceLine.Elapsed < LineInterval)
                return;
            Console.WriteLine(metrics);
            sinceLine.Restart();
        };
    }
}
