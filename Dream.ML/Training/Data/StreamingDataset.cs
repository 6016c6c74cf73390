using System.Diagnostics;
using Dream.ML.Core;

namespace Dream.ML.Training.Data;

/// <summary>
/// A feed over more photos than memory holds. Each pass over the data visits the photos in a random order, a block of
/// photos at a time; a block's patches are shuffled, and while they are used the next block is decoded in the background.
/// </summary>
sealed class StreamingDataset : IPatchDataset
{
    /// <summary>Patches cut from a photo each time it is decoded.</summary>
    internal const int PatchesPerPhoto = 32;

    const int MaxPhotosPerBlock = 64;

    readonly IPhotoSource _source;
    readonly DataSettings _settings;
    readonly PatchCutter _cutter;
    readonly PhotoProblems _problems;
    readonly CancellationTokenSource _stop;
    readonly int _photosPerBlock;
    readonly int _blocksPerPass;

    TrainingPair[] _block = [];
    Task<TrainingPair[]> _next;

    internal StreamingDataset(
        IPhotoSource source, DataSettings settings, DataPosition start, PhotoProblems problems, CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        (_source, _settings, _problems, _cutter, Position) = (source, settings, problems, new(settings), start);
        // Two blocks are alive at once.
        var patchBytes = 3L * settings.PatchSize * settings.PatchSize * (1 + 1.0 / settings.Scale / settings.Scale);
        _photosPerBlock = (int)Math.Clamp(settings.ByteBudget / 2 / (PatchesPerPhoto * patchBytes), 1, MaxPhotosPerBlock);
        _blocksPerPass = (source.Count + _photosPerBlock - 1) / _photosPerBlock;
        _next = Task.Run(() => Decode(start.Block));
    }

    public int Photos => _source.Count - _problems.Count;

    public DataPosition Position { get; private set; }

    public TimeSpan Waited { get; private set; }

    public TrainingPair[] Next(int count)
    {
        var patches = new TrainingPair[count];
        for (var i = 0; i < count; i++)
        {
            while (_block.Length == 0 || Position.Taken >= _block.Length)
                Advance();
            patches[i] = _block[Position.Taken];
            Position = Position with { Taken = Position.Taken + 1 };
        }
        return patches;
    }

    public void Dispose()
    {
        _stop.Cancel();
        // Nothing may run on in the background after training.
        ((IAsyncResult)_next).AsyncWaitHandle.WaitOne();
        _stop.Dispose();
    }

    void Advance()
    {
        if (_block.Length > 0)
            Position = new(Position.Block + 1, 0);
        var clock = Stopwatch.StartNew();
        _block = _next.GetAwaiter().GetResult();
        Waited += clock.Elapsed;

        if (_block.Length == 0)
        {
            if (Photos <= 0)
                throw _problems.NothingUsable();
            Position = new(Position.Block + 1, 0);
        }
        var block = Position.Block + (_block.Length == 0 ? 0 : 1);
        _next = Task.Run(() => Decode(block));
    }

    TrainingPair[] Decode(long block)
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
        }, _stop.Token);
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
