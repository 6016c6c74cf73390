using System.Diagnostics;
using Dream.ML.Core;

namespace Dream.ML.Training.Data;

/// <summary>
/// A feed over photos that all fit in memory: every patch comes from any photo, and is degraded anew. Patches are made ahead
/// in the background; each is a function of its number.
/// </summary>
sealed class InMemoryDataset : IPatchDataset
{
    const int PatchesPerPart = 16;
    const int PartsAhead = 6;

    readonly IReadOnlyList<PhotoRow> _photos;
    readonly PatchCutter _cutter;
    readonly int _seed;
    readonly TaskFactory _background;
    readonly CancellationTokenSource _stop = new();
    readonly Queue<Task<TrainingPair[]>> _ahead = [];

    TrainingPair[] _part = [];
    long _nextPart;

    InMemoryDataset(IReadOnlyList<PhotoRow> photos, PatchCutter cutter, DataSettings settings, DataPosition start)
    {
        (_photos, _cutter, _seed, Position) = (photos, cutter, settings.Seed, start);
        _background = new(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, settings.DecodingThreads).ConcurrentScheduler);
        _nextPart = start.Taken / PatchesPerPart;
        if (start.Taken % PatchesPerPart > 0)
            Advance();
    }

    public int Photos => _photos.Count;

    public DataPosition Position { get; private set; }

    public TimeSpan Waited { get; private set; }

    /// <summary>Reads all photos, or gives up (<c>null</c>) with the first that exceeds the budget.</summary>
    internal static InMemoryDataset? TryRead(
        IPhotoSource source, DataSettings settings, DataPosition start, PhotoProblems problems, CancellationToken cancellation)
    {
        var (cutter, photos, bytes) = (new PatchCutter(settings), new PhotoRow?[source.Count], 0L);
        using var full = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            PhotoReader.Read(source, [.. Enumerable.Range(0, source.Count)], settings.DecodingThreads, (place, row) =>
            {
                if (!cutter.Accepts(row, problems))
                    return;
                // Where nothing is random, once is enough.
                if (settings.Degradation.IsFixed && cutter.Pair(row) is var pair)
                    row = row with { Low = pair.Low, High = pair.High };
                photos[place] = row;
                if (Interlocked.Add(ref bytes, row.High!.Rgb.LongLength + (row.Low?.Rgb.LongLength ?? 0)) > settings.ByteBudget)
                    full.Cancel();
            }, full.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        // The last photo may be the one too many.
        if (full.IsCancellationRequested)
            return null;
        PhotoRow[] usable = [.. photos.OfType<PhotoRow>()];
        return usable.Length > 0 ? new(usable, cutter, settings, start) : throw problems.NothingUsable();
    }

    public TrainingPair[] Next(int count)
    {
        var patches = new TrainingPair[count];
        for (var i = 0; i < count; i++)
        {
            var place = (int)(Position.Taken % PatchesPerPart);
            if (place == 0)
                Advance();
            patches[i] = _part[place];
            Position = Position with { Taken = Position.Taken + 1 };
        }
        return patches;
    }

    public void Dispose()
    {
        _stop.Cancel();
        // Nothing may run on in the background after training.
        foreach (var part in _ahead)
            ((IAsyncResult)part).AsyncWaitHandle.WaitOne();
        _stop.Dispose();
    }

    void Advance()
    {
        while (_ahead.Count < PartsAhead)
        {
            var part = _nextPart++;
            _ahead.Enqueue(_background.StartNew(() => Cut(part), _stop.Token));
        }
        var clock = Stopwatch.StartNew();
        _part = _ahead.Dequeue().GetAwaiter().GetResult();
        Waited += clock.Elapsed;
    }

    TrainingPair[] Cut(long part) =>
    [
        .. Enumerable.Range(0, PatchesPerPart).Select(patch =>
        {
            _stop.Token.ThrowIfCancellationRequested();
            var key = CounterRandom.Key((ulong)_seed, (ulong)(part * PatchesPerPart + patch));
            return _cutter.Cut(_photos[CounterRandom.Below(key, 3, _photos.Count)], key);
        }),
    ];
}
