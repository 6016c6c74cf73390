using System.Text;
using Dream.ML.IO;

namespace Dream.ML.Training.Reporting;

/// <summary>
/// What training writes for people into its workspace: <c>report.html</c>, TensorBoard's event files, and the metrics
/// and previews that both show, which a resumed training continues. Nothing that fails in here stops a training: it is
/// warned of once. Safe to call from several threads.
/// </summary>
sealed class TrainingLog : IDisposable
{
    /// <summary>Marks temporary files as those of the report.</summary>
    internal const string FileOwner = "report";

    readonly Lock _gate = new();
    readonly string _folder;
    readonly IReadOnlyDictionary<string, string> _settings;
    readonly IReadOnlyDictionary<string, string> _environment;
    readonly Action<string> _warn;
    readonly JsonLines<DreamTrainingMetrics> _file;
    readonly ProblemList _problems = new();
    MetricSeries _updates = new([]);
    MetricSeries _validations = new([]);
    PreviewGallery? _previews;
    TensorBoardEvents? _board;
    DreamTrainingMetrics? _latest;
    bool _reportIsBehind;
    bool _warned;

    /// <param name="folder">The workspace; it is made if need be.</param>
    /// <param name="settings">What the training was asked for, as the report shows it.</param>
    /// <param name="environment">What the training runs on, as the report shows it.</param>
    /// <param name="resumedAtStep">Updates done before; what the folder holds of later ones is dropped.</param>
    /// <param name="warn">Told, once, what could not be written.</param>
    internal TrainingLog(
        string folder,
        IReadOnlyDictionary<string, string> settings,
        IReadOnlyDictionary<string, string> environment,
        int resumedAtStep,
        Action<string> warn)
    {
        (_folder, _settings, _environment, _warn) = (folder, settings, environment, warn);
        _file = new(Path.Combine(folder, "metrics.jsonl"), ReportJson.Default.DreamTrainingMetrics);
        Attempt(() => Resume(resumedAtStep));
        Attempt(() => _previews = new(Path.Combine(folder, "previews"), resumedAtStep));
        Attempt(BeginEvents);
    }

    /// <summary>Notes an update. Of many, an even selection is kept; of validations too.</summary>
    internal void Add(DreamTrainingMetrics metrics)
    {
        lock (_gate)
        {
            (_latest, _reportIsBehind) = (metrics, true);
            if ((IsValidation(metrics) ? _validations : _updates).Add(metrics))
                Attempt(() => _board?.Add(metrics));
        }
    }

    /// <summary>Shows how photos are enlarged after a number of updates.</summary>
    internal void AddPreview(int step, IReadOnlyList<PreviewRow> rows)
    {
        lock (_gate)
        {
            _reportIsBehind = true;
            Attempt(() =>
            {
                foreach (var preview in _previews?.Add(step, rows) ?? [])
                    _board?.AddPicture(preview, _previews!.PathOf(preview));
            });
        }
    }

    /// <summary>Notes what went wrong without stopping the training: a file that could not be read, by name.</summary>
    internal void AddProblem(string text)
    {
        lock (_gate)
        {
            _reportIsBehind = true;
            _problems.Add(text);
        }
    }

    /// <summary>Writes the metrics alone.</summary>
    internal void FlushMetrics()
    {
        lock (_gate)
            Attempt(WriteMetrics);
    }

    /// <summary>Writes metrics and report.</summary>
    /// <param name="status">How the training stands, in a few words.</param>
    internal void Flush(string status)
    {
        lock (_gate)
        {
            _reportIsBehind = false;
            Attempt(WriteMetrics);
            Attempt(() => WriteReport(status));
        }
    }

    /// <summary>Writes what was not flushed, so that a training that an exception ends leaves its report too.</summary>
    public void Dispose()
    {
        if (_reportIsBehind)
            Flush("stopped");
    }

    void Resume(int resumedAtStep)
    {
        Directory.CreateDirectory(_folder);
        AtomicFile.CleanUp(_folder, FileOwner);
        var kept = _file.Read().Where(metrics => metrics.Step <= resumedAtStep).ToLookup(IsValidation);
        (_updates, _validations) = (new(kept[false]), new(kept[true]));
        _latest = Entries().LastOrDefault();
        WriteMetrics();
    }

    void BeginEvents()
    {
        var board = new TensorBoardEvents(
            Path.Combine(_folder, "tensorboard"), DateTimeOffset.UtcNow - (_latest?.Elapsed ?? TimeSpan.Zero));
        foreach (var metrics in Entries())
            board.Add(metrics);
        foreach (var preview in Previews())
            board.AddPicture(preview, _previews!.PathOf(preview));
        _board = board;
    }

    void WriteMetrics() => _file.Write(_updates.Entries.Concat(_validations.Entries).OrderBy(metrics => metrics.Step));

    void WriteReport(string status)
    {
        var report = new HtmlReport
        {
            Status = status,
            Metrics = Entries(),
            Previews = [.. Previews().Select(preview => (preview, File.ReadAllBytes(_previews!.PathOf(preview))))],
            Settings = _settings,
            Environment = _environment,
            Problems = _problems,
        };
        AtomicFile.Write(
            Path.Combine(_folder, "report.html"), FileOwner, stream => stream.Write(Encoding.UTF8.GetBytes(report.ToString())));
    }

    List<DreamTrainingMetrics> Entries() =>
        [.. _updates.Entries.Concat(_validations.Entries).Append(_latest).OfType<DreamTrainingMetrics>()
            .DistinctBy(metrics => metrics.Step).OrderBy(metrics => metrics.Step)];

    IReadOnlyList<Preview> Previews() => _previews?.Previews ?? [];

    static bool IsValidation(DreamTrainingMetrics metrics) =>
        metrics.Validations.Count > 0;

    void Attempt(Action write)
    {
        try
        {
            write();
        }
        catch (Exception problem)
        {
            if (!_warned)
                _warn($"Training continues, but its report in '{_folder}' is incomplete: {problem.Message}");
            _warned = true;
        }
    }
}
