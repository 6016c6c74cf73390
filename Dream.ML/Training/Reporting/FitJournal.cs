using System.Diagnostics;
using Microsoft.ML.Runtime;

namespace Dream.ML.Training.Reporting;

/// <summary>Tells how a fit goes: in ML.NET's channel, to the user's callback and, with a workspace, in its report.</summary>
sealed class FitJournal : IDisposable
{
    // Often enough to look at while it trains, too rarely to cost anything.
    static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    readonly IChannel _channel;
    readonly Action<DreamTrainingMetrics>? _callback;
    readonly Workspace? _workspace;
    readonly TrainingLog? _log;
    readonly Stopwatch _sinceFlush = Stopwatch.StartNew();
    readonly Stopwatch _sinceLine = Stopwatch.StartNew();

    internal FitJournal(
        IChannel channel, Action<DreamTrainingMetrics>? callback, Workspace? workspace, Checkpoint? resumed, string run, string device)
    {
        (_channel, _callback, _workspace) = (channel, callback, workspace);
        if (workspace is not null)
            _log = new(workspace.Folder, Workspace.Flatten(run), Environment(device), resumed?.Progress.Step ?? 0, Warn);
    }

    /// <summary>Says how it goes; from any thread.</summary>
    internal void Info(string text)
    {
        lock (_channel)
            _channel.Info(MessageSensitivity.None, "{0}", text);
    }

    /// <summary>Says what went wrong without ending the fit; from any thread.</summary>
    internal void Warn(string text)
    {
        lock (_channel)
            _channel.Warning(MessageSensitivity.None, "{0}", text);
        _log?.AddProblem(text);
    }

    internal void Add(DreamTrainingMetrics metrics)
    {
        var isLast = metrics.Step == metrics.Steps;
        if (_sinceLine.Elapsed > LineInterval || isLast || metrics.ValidationPsnr is not null)
        {
            Info(metrics.ToString());
            _sinceLine.Restart();
        }
        _log?.Add(metrics);
        if (isLast || metrics.ValidationPsnr is not null || _sinceFlush.Elapsed > FlushInterval)
            Flush($"step {metrics.Step} of {metrics.Steps}");
        _callback?.Invoke(metrics);
    }

    internal void AddPreview(int step, IReadOnlyList<PreviewRow> rows) => _log?.AddPreview(step, rows);

    internal void Flush(string status)
    {
        _log?.Flush(status);
        _sinceFlush.Restart();
    }

    /// <summary>
    /// Keeps a checkpoint, after the metrics of its steps. Hours of work outlive a full disk: training continues, and the next
    /// checkpoint tries again.
    /// </summary>
    internal void Keep(Checkpoint checkpoint)
    {
        _log?.FlushMetrics();
        TryWrite($"The checkpoint of step {checkpoint.Progress.Step}", () => _workspace!.Write(checkpoint));
    }

    /// <summary>Keeps the checkpoint that a longer run would resume from.</summary>
    internal void KeepPlateau(Checkpoint checkpoint) =>
        TryWrite($"The checkpoint of step {checkpoint.Progress.Step} for longer runs", () => _workspace!.Write(checkpoint, Workspace.PlateauName));

    /// <summary>Keeps the model that is the best so far on a set of validation photos.</summary>
    internal void KeepBest(string set, Action<Stream> write) => TryWrite($"The best model on '{set}'", () => _workspace?.WriteBest(set, write));

    void TryWrite(string what, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Warn($"{what} could not be written: {e.Message} Training continues; the last one stays.");
        }
    }

    public void Dispose() => _log?.Dispose();

    static Dictionary<string, string> Environment(string device)
    {
        var runtime = DreamRuntime.Describe(device);
        return new()
        {
            ["Device"] = runtime.Device,
            ["Threads"] = $"{runtime.Threads.Training}",
            ["libtorch"] = runtime.LibTorchVersion!,
            ["TorchSharp"] = runtime.TorchSharpVersion,
            ["Platform"] = runtime.Platform,
            [".NET"] = $"{System.Environment.Version}",
        };
    }
}
