using System.Diagnostics;

namespace Dream.ML.Training.Data;

/// <summary>
/// An endless row of training patches, in an order that depends on the data and the seed alone. It is a row of blocks, each a
/// function of its number, that are made ahead in the background.
/// </summary>
/// <param name="start">Where the first patch comes from.</param>
/// <param name="blocksAhead">Blocks that are made ahead of the one in use.</param>
/// <param name="threads">Blocks that are made at the same time.</param>
/// <param name="cancellation">Stops the making of blocks.</param>
abstract class PatchDataset(DataPosition start, int blocksAhead, int threads, CancellationToken cancellation) : IDisposable
{
    readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    readonly TaskFactory _background = new(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler);
    readonly Queue<Task<TrainingPair[]>> _ahead = [];

    TrainingPair[]? _block;
    long _nextBlock = start.Block;

    /// <summary>Opens the dataset that suits the data: held in memory where it fits, streamed where not.</summary>
    /// <exception cref="InvalidOperationException">No row can be used; the message says what was seen.</exception>
    internal static PatchDataset Open(
        IPhotoSource source, DataSettings settings, DataPosition start, PhotoProblems problems, CancellationToken cancellation) =>
        source.Count == 0 ? throw problems.NothingUsable()
        : InMemoryDataset.TryRead(source, settings, start, problems, cancellation) ?? (PatchDataset)new StreamingDataset(source, settings, start, problems, cancellation);

    /// <summary>Photos in use, as far as is known.</summary>
    internal abstract int Photos { get; }

    /// <summary>Where the next patch comes from.</summary>
    internal DataPosition Position { get; private set; } = start;

    /// <summary>How long <see cref="Next"/> has waited for blocks.</summary>
    internal TimeSpan Waited { get; private set; }

    /// <summary>The next patches; low-resolution ones are smaller by the scale.</summary>
    internal TrainingPair[] Next(int count)
    {
        var patches = new TrainingPair[count];
        for (var i = 0; i < count; i++)
        {
            while (_block is null || Position.Taken >= _block.Length)
                Advance();
            patches[i] = _block![Position.Taken];
            Position = Position with { Taken = Position.Taken + 1 };
        }
        return patches;
    }

    /// <summary>Ends all work in the background: nothing may run on after training.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (var block in _ahead)
            ((IAsyncResult)block).AsyncWaitHandle.WaitOne();
        _stop.Dispose();
    }

    /// <summary>Makes a block, in the background.</summary>
    protected abstract TrainingPair[] Make(long block, CancellationToken cancellation);

    void Advance()
    {
        if (_block is not null)
            Position = new(Position.Block + 1, 0);
        MakeAhead();
        var clock = Stopwatch.StartNew();
        _block = _ahead.Dequeue().GetAwaiter().GetResult();
        Waited += clock.Elapsed;
        MakeAhead();
    }

    void MakeAhead()
    {
        while (_ahead.Count < blocksAhead)
        {
            var block = _nextBlock++;
            _ahead.Enqueue(_background.StartNew(() => Make(block, _stop.Token)));
        }
    }
}
