using System.Diagnostics;
using System.Globalization;

namespace Dream.ML.Samples.Reporting;

/// <summary>Tells how upscaling goes and what came of it.</summary>
/// <param name="output">The file or folder for the results.</param>
sealed class UpscaleReport(string output) : IProgress<BatchProgress>, IProgress<double>
{
    readonly List<BatchProgress> _images = [];
    readonly Stopwatch _clock = Stopwatch.StartNew();
    Action<double, string, string> _show = (_, _, _) => { };

    string? _reason;

    internal PretrainedModel? Model { get; set; }

    /// <summary>Tells which model was chosen, and why.</summary>
    internal void Tell(ModelSuggestion suggestion)
    {
        (Model, _reason) = (suggestion.Model, suggestion.Reason);
        Console.WriteLine($"Model {suggestion.Model}: {suggestion.Reason}");
    }

    /// <summary>Does work that reports here, and tells what came of it.</summary>
    /// <returns>The exit code.</returns>
    internal int Watch(string start, Func<BatchResult> work) => Finish(ProgressDisplay.Show(start, show =>
    {
        _show = show;
        _clock.Restart();
        return work();
    }));

    public void Report(BatchProgress value)
    {
        _images.Add(value);
        var text = string.Create(CultureInfo.InvariantCulture, $"{value.Done}/{value.Total}{ProgressDisplay.Left(value.Remaining)}  {value.File}");
        _show((double)value.Done / value.Total, text, $"{text}: {value.Outcome}");
    }

    /// <summary>Tells the share of a single image that is done.</summary>
    public void Report(double value)
    {
        // It is done when it is written.
        if (value is 0 or 1)
            return;
        var text = string.Create(CultureInfo.InvariantCulture, $"{value:0%}{ProgressDisplay.Left(_clock.Elapsed * ((1 - value) / value))}");
        _show(value, text, text);
    }

    /// <returns>The exit code.</returns>
    internal int Finish(BatchResult result)
    {
        foreach (var image in _images)
            if (image.Outcome == BatchOutcome.Upscaled && image.Notes.Count > 0)
                Console.WriteLine($"{image.File}: {string.Join("; ", image.Notes)}");
        foreach (var failure in result.Failures)
            Failure.Warn($"{failure.File}: {failure.Reason}");
        Failure.WarnOfLeftOut(result.LeftOut);
        Output.Result(new
        {
            Output = output,
            Model = Model?.Name,
            Reason = _reason,
            Images = _images.Select(image => new { image.File, image.Outcome, image.Notes }),
            result.Upscaled,
            result.Skipped,
            result.Failures,
            result.LeftOut,
        }, $"{result.Upscaled} upscaled, {result.Skipped} finished before, {result.Failures.Count} failed: {output}");
        return result.Failures.Count == 0 ? ExitCode.Done : ExitCode.Partial;
    }
}
