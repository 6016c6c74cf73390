using Dream.ML.Numerics;

namespace Dream.ML.Training.Feeding;

/// <summary>A feed over photos that all fit in memory: every patch comes from any photo.</summary>
sealed class HeldPhotos : IPatchFeed
{
    readonly IReadOnlyList<TrainingPair> _photos;
    readonly PatchCutter _cutter;
    readonly int _seed;

    HeldPhotos(IReadOnlyList<TrainingPair> photos, PatchCutter cutter, int seed, FeedPosition start) =>
        (_photos, _cutter, _seed, Position) = (photos, cutter, seed, start);

    public int Photos => _photos.Count;

    public FeedPosition Position { get; private set; }

    public TimeSpan Waited => TimeSpan.Zero;

    /// <summary>Reads all photos, or gives up (<c>null</c>) as soon as they exceed the budget.</summary>
    internal static HeldPhotos? TryRead(
        IPhotoSource source, FeedSettings settings, FeedPosition start, PhotoProblems problems, CancellationToken cancellation)
    {
        const int RowsAtATime = 8;
        var cutter = new PatchCutter(settings);
        var (pairs, bytes) = (new List<TrainingPair>(), 0L);
        foreach (var rows in Enumerable.Range(0, source.Count).Chunk(RowsAtATime))
        {
            var read = new TrainingPair?[rows.Length];
            PhotoReader.Read(source, rows, settings.DecodingThreads, (place, row) =>
            {
                if (cutter.Accepts(row, problems))
                    read[place] = cutter.Pair(row);
            }, cancellation);
            pairs.AddRange(read.OfType<TrainingPair>());
            bytes += read.Sum(pair => pair is null ? 0 : pair.High.Rgb.LongLength + pair.Low.Rgb.LongLength);
            if (bytes > settings.ByteBudget)
                return null;
        }
        return pairs.Count > 0 ? new(pairs, cutter, settings.Seed, start) : throw problems.NothingUsable();
    }

    public TrainingPair[] Next(int count)
    {
        var patches = new TrainingPair[count];
        for (var i = 0; i < count; i++)
        {
            var key = CounterRandom.Key((ulong)_seed, (ulong)(Position.Taken + i));
            patches[i] = _cutter.Cut(_photos[CounterRandom.Below(key, 3, _photos.Count)], key);
        }
        Position = Position with { Taken = Position.Taken + count };
        return patches;
    }

    public void Dispose()
    {
    }
}
