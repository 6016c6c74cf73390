using Dream.ML.Core;

namespace Dream.ML.Training.Data;

/// <summary>Patches of photos that all fit in memory: every patch comes from any photo, and is degraded anew.</summary>
sealed class InMemoryDataset : PatchDataset
{
    const int PatchesPerBlock = 16;
    const int BlocksAhead = 6;

    readonly IReadOnlyList<PhotoRow> _photos;
    readonly PatchCutter _cutter;
    readonly int _seed;

    InMemoryDataset(IReadOnlyList<PhotoRow> photos, PatchCutter cutter, DataSettings settings, DataPosition start)
        : base(InBlocks(start), BlocksAhead, settings.DecodingThreads, CancellationToken.None) =>
        (_photos, _cutter, _seed) = (photos, cutter, settings.Seed);

    internal override int Photos => _photos.Count;

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

    protected override TrainingPair[] Make(long block, CancellationToken cancellation) =>
    [
        .. Enumerable.Range(0, PatchesPerBlock).Select(patch =>
        {
            cancellation.ThrowIfCancellationRequested();
            var key = CounterRandom.Key((ulong)_seed, (ulong)(block * PatchesPerBlock + patch));
            return _cutter.Cut(_photos[CounterRandom.Below(key, 3, _photos.Count)], key);
        }),
    ];

    // Older checkpoints count all patches in one block.
    static DataPosition InBlocks(DataPosition start) => start.Taken <= PatchesPerBlock ? start
        : new(start.Block + start.Taken / PatchesPerBlock, start.Taken % PatchesPerBlock);
}
