using Dream.ML.Orleans.Grains;

namespace Dream.ML.Orleans.Working;

/// <summary>
/// Renews a worker's leases while its pictures make progress: what hangs is given to another. Told of every row of tiles, on the thread
/// that upscales; never holds it up.
/// </summary>
sealed class LeaseKeeper : IProgress<double>, IDisposable
{
    static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(5);

    readonly IJobGrain _job;
    readonly IShardGrain _shard;
    readonly long[] _tokens;
    readonly TimeSpan _interval;
    readonly TimeProvider _time;
    readonly CancellationTokenSource _lost;
    long _renewed;
    Task _renewal = Task.CompletedTask;

    internal LeaseKeeper(IJobGrain job, IShardGrain shard, long[] tokens, TimeSpan duration, TimeProvider time, CancellationToken abort)
    {
        (_job, _shard, _tokens, _time, _renewed) = (job, shard, tokens, time, time.GetTimestamp());
        _interval = duration / 3 < LongestInterval ? duration / 3 : LongestInterval;
        _lost = CancellationTokenSource.CreateLinkedTokenSource(abort);
    }

    /// <summary>Says that others have the pictures by now, or that the job was canceled.</summary>
    internal CancellationToken Lost => _lost.Token;

    public void Report(double value)
    {
        if (_time.GetElapsedTime(_renewed) < _interval || !_renewal.IsCompleted)
            return;
        _renewed = _time.GetTimestamp();
        _renewal = RenewAsync();
    }

    public void Dispose() => _lost.Dispose();

    async Task RenewAsync()
    {
        try
        {
            if (await _shard.RenewAsync(_tokens) is not [] || await _job.GetStateAsync() == DreamBatchState.Canceled)
                await _lost.CancelAsync();
        }
        // The ledger cannot be reached: nobody else can be given the pictures either.
        catch (Exception)
        {
        }
    }
}
