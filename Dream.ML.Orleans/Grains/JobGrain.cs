using Dream.ML.Orleans.Ledger;

namespace Dream.ML.Orleans.Grains;

sealed class JobGrain([PersistentState("job", DreamCluster.StorageName)] IPersistentState<JobState> state) : Grain, IJobGrain
{
    // Enough that one silo which does not answer leaves others to try.
    const int ShardsAtOnce = 8;

    int _next;
    string? _problem;
    bool? _isOpen;

    JobState Job => state.RecordExists
        ? state.State
        : throw new KeyNotFoundException($"There is no job '{this.GetPrimaryKeyString()}'.");

    IJobsGrain Jobs => GrainFactory.GetGrain<IJobsGrain>(0);

    public async Task CreateAsync(string request)
    {
        if (state.RecordExists && state.State.Request != request)
            throw new InvalidOperationException(
                $"There is a job '{this.GetPrimaryKeyString()}' already, with other settings. Leave the Id out, or delete that job.");
        if (!state.RecordExists)
        {
            state.State.Request = request;
            await state.SaveAsync(this);
        }
        await SettleAsync();
    }

    public async Task ListAsync(int shards, long total, bool isComplete)
    {
        if (Job.IsListed)
            return;
        // A submission that is resumed begins from the start.
        (Job.Shards, Job.Total) = (Math.Max(Job.Shards, shards), Math.Max(Job.Total, total));
        Job.IsListed = isComplete;
        await SaveAsync();
    }

    public async Task<JobWork> GetWorkAsync()
    {
        if (Job.State != DreamBatchState.Running)
            await SettleAsync();
        List<int> shards = [];
        for (var i = 0; Job.State == DreamBatchState.Running && i < Job.Shards && shards.Count < ShardsAtOnce; i++)
            if ((_next + i) % Job.Shards is var shard && !Job.Finished.ContainsKey(shard))
                shards.Add(shard);
        // The next worker begins with another shard.
        _next = shards is [var first, ..] ? first + 1 : 0;
        return new(Job.State, Job.Request, Job.Round, [.. shards]);
    }

    public Task<DreamBatchState> GetStateAsync() => Task.FromResult(Job.State);

    public async Task FinishAsync(int shard, ShardCounts counts)
    {
        if (counts.Round == Job.Round && Job.Finished.TryAdd(shard, new(counts.Quarantined, counts.Releases)))
            await SaveAsync();
    }

    public async Task<bool> AgreesAsync(string fingerprint)
    {
        if (Job.Fingerprint is null)
        {
            Job.Fingerprint = fingerprint;
            await state.SaveAsync(this);
        }
        return Job.Fingerprint == fingerprint;
    }

    public Task ReportProblemAsync(string problem)
    {
        _problem = problem;
        return Task.CompletedTask;
    }

    public Task<JobSummary> GetSummaryAsync() =>
        Task.FromResult(new JobSummary(Job.State, Job.Request, Job.IsListed, Job.Total, Job.Shards, new(Job.Finished), _problem));

    public Task PauseAsync() => MoveAsync(DreamBatchState.Running, DreamBatchState.Paused);

    public Task ResumeAsync() => MoveAsync(DreamBatchState.Paused, DreamBatchState.Running);

    public async Task CancelAsync()
    {
        if (Job.State is DreamBatchState.Running or DreamBatchState.Paused)
            Job.State = DreamBatchState.Canceled;
        await SaveAsync();
    }

    public async Task RetryAsync()
    {
        if (Job.State == DreamBatchState.Canceled)
            throw new InvalidOperationException(
                $"The job '{this.GetPrimaryKeyString()}' was canceled. Submit its pictures again, as another job.");
        // Shards learn of it from the next worker: they compare the round with their own.
        Job.Round++;
        foreach (var (shard, end) in Job.Finished)
            if (end.Quarantined > 0)
                Job.Finished.Remove(shard);
        if (Job.State == DreamBatchState.Completed)
            Job.State = DreamBatchState.Running;
        await SaveAsync();
    }

    public async Task DeleteAsync()
    {
        await Jobs.RemoveAsync(this.GetPrimaryKeyString());
        await state.ClearStateAsync();
        DeactivateOnIdle();
    }

    async Task MoveAsync(DreamBatchState from, DreamBatchState to)
    {
        if (Job.State == to)
            return;
        if (Job.State != from)
            throw new InvalidOperationException($"The job '{this.GetPrimaryKeyString()}' is {Job.State}, not {from}.");
        Job.State = to;
        await SaveAsync();
    }

    async Task SaveAsync()
    {
        if (Job.State == DreamBatchState.Running && Job.IsListed && Job.Finished.Count == Job.Shards)
            Job.State = DreamBatchState.Completed;
        await state.SaveAsync(this);
        await SettleAsync();
    }

    /// <summary>Workers look at jobs that have not ended, and at no others.</summary>
    async Task SettleAsync()
    {
        var isOpen = Job.State is DreamBatchState.Running or DreamBatchState.Paused;
        if (_isOpen == isOpen)
            return;
        await (isOpen ? Jobs.AddAsync(this.GetPrimaryKeyString()) : Jobs.RemoveAsync(this.GetPrimaryKeyString()));
        _isOpen = isOpen;
    }
}
