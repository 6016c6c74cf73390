using Dream.ML.Core;

namespace Dream.ML.Training.Data;

/// <summary>
/// Patches of more photos than memory holds. Each pass over the data visits the photos in a random order, a block of photos at
/// a time; a block's patches are shuffled, and while they are used the next block is decoded.
/// </summary>
sealed class StreamingDataset : PatchDataset
{
    /// <summary>Patches cut from a photo each time it is decoded.</summary>
    internal const int PatchesPerPhoto = 32;

    const int MaxPhotosPerBlock = 64;

    readonly IPhotoSource _source;
    readonly DataSettings _settings;
    readonly PatchCutter _cutter;
    readonly PhotoProblems _problems;
    readonly int _photosPerBlock;
    readonly int _blocksPerPass;

    internal StreamingDataset(
        IPhotoSource source, DataSettings settings, DataPosition start, PhotoProblems problems, CancellationToken cancellation)
        : base(start, blocksAhead: 1, threads: 1, cancellation)
    {
        (_source, _settings, _problems, _cutter) = (source, settings, problems, new(settings));
        // Two blocks are alive at once.
        var patchBytes = 3L * settings.PatchSize * settings.PatchSize * (1 + 1.0 / settings.Scale / settings.Scale);
        _photosPerBlock = (int)Math.Clamp(settings.ByteBudget / 2 / (PatchesPerPhoto * patchBytes), 1, MaxPhotosPerBlock);
        _blocksPerPass = (source.Count + _photosPerBlock - 1) / _photosPerBlock;
    }

    internal override int Photos => _source.Count - _problems.Count;

    protected override TrainingPair[] Make(long block, CancellationToken cancellation)
    {
        var (pass, part) = Math.DivRem(block, _blocksPerPass);
        var rows = Order(pass).Skip((int)part * _photosPerBlock).Take(_photosPerBlock).ToArray();
        var patches = new TrainingPair[rows.Length][];
        PhotoReader.Read(_source, rows, _settings.DecodingThreads, (place, row) =>
        {
            patches[place] = !_cutter.Accepts(row, _problems) ? [] :
            [
                .. Enumerable.Range(0, PatchesPerPhoto).Select(patch =>
                    _cutter.Cut(row, CounterRandom.Key((ulong)_settings.Seed, (ulong)pass, (ulong)row.Row, (ulong)patch))),
            ];
        }, cancellation);
        if (Photos <= 0)
            throw _problems.NothingUsable();
        var all = patches.SelectMany(photo => photo).ToArray();
        Shuffle(all, CounterRandom.Key((ulong)_settings.Seed, (ulong)block));
        return all;
    }

    int[] Order(long pass)
    {
        var rows = Enumerable.Range(0, _source.Count).ToArray();
        Shuffle(rows, CounterRandom.Key((ulong)_settings.Seed, ~(ulong)pass));
        return rows;
    }

    // Fisher and Yates (Durstenfeld 1964)
    static void Shuffle<T>(T[] items, ulong key)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = CounterRandom.Below(key, (ulong)i, i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
