using Dream.ML.Orleans.Ledger;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Dream.ML.Orleans.Grains;

/// <summary>Keeps a <see cref="ShardLedger"/> and stores it. Calls interleave, so that one write stores what many changed.</summary>
[Reentrant]
sealed class ShardGrain(
    [PersistentState("names", DreamCluster.StorageName)] IPersistentState<PictureNames> names,
    [PersistentState("ledger", DreamCluster.StorageName)] IPersistentState<ShardState> state,
    IOptions<DreamClusterOptions> options,
    TimeProvider time) : Grain, IShardGrain
{
    ShardLedger _ledger = null!;
    Task _writing = Task.CompletedTask;
    long _changes;
    long _stored;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Load();
        return Task.CompletedTask;
    }

    public async Task AddAsync(string[] pictures)
    {
        var added = PictureNames.Of(pictures);
        if (names.RecordExists)
        {
            if (!names.State.Text.AsSpan().SequenceEqual(added.Text))
                throw new InvalidOperationException(
                    $"Shard {this.GetPrimaryKeyLong(out var job)} of the job '{job}' has other pictures already. " +
                    "Give the job another Id, or the same listing as before.");
            return;
        }
        names.State = added;
        await names.SaveAsync(this);
        Load();
    }

    public async Task<Claim> ExchangeAsync(Report[] reports, int wanted, int round)
    {
        _ledger.Retry(round);
        var refused = reports.Count(report => !_ledger.Apply(report));
        var before = _ledger.Counts.Releases;
        var leases = _ledger.Claim(wanted);
        BatchMetrics.Releases.Add(_ledger.Counts.Releases - before);
        if (_ledger.HasChanged)
            await SaveAsync();
        return new([.. leases.Select(lease => new LeasedPicture(lease.Token, names.State[lease.Picture]))], refused, _ledger.Counts);
    }

    public Task<long[]> RenewAsync(long[] tokens) => Task.FromResult(tokens.Where(token => !_ledger.Renew(token)).ToArray());

    public Task<ShardCounts> GetCountsAsync() => Task.FromResult(_ledger.Counts);

    public Task<FailedPicture[]> GetFailuresAsync() => Task.FromResult(
        _ledger.Failures.Select(failure => new FailedPicture(names.State[failure.Picture], failure.Reason)).ToArray());

    public async Task DeleteAsync()
    {
        await names.ClearStateAsync();
        await state.ClearStateAsync();
        DeactivateOnIdle();
    }

    void Load() => _ledger = new(
        state.RecordExists ? state.State : ShardState.Of(names.State.Count), options.Value.LeaseDuration, time);

    async Task SaveAsync()
    {
        var change = ++_changes;
        while (_stored < change)
        {
            if (_writing.IsCompleted)
                _writing = WriteAsync();
            await _writing;
        }
    }

    async Task WriteAsync()
    {
        var change = _changes;
        state.State = _ledger.Snapshot();
        await state.SaveAsync(this);
        _stored = change;
    }
}
