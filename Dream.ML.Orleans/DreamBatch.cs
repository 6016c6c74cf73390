using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Dream.ML.Batch;
using Dream.ML.Imaging.Files;
using Dream.ML.Orleans.Grains;
using Dream.ML.Orleans.Ledger;
using Dream.ML.Orleans.Pictures;

namespace Dream.ML.Orleans;

sealed class DreamBatch(IGrainFactory grains, TimeProvider time) : IDreamBatch
{
    const int Parallelism = 64;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public Task SubmitAsync(DreamBatchJob job, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        var folder = ImageFolder.Search(job.Input, job.Output);
        if (folder.Problems is [var problem, ..])
            throw new IOException($"'{problem.File}': {problem.Reason} Nothing was submitted.");
        var names = folder.Images.ConvertAll(PictureName.Normalize);
        var extension = ImageFileWriter.Extension(job.Format);
        if (names.GroupBy(name => PictureName.Result(name, extension)).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new ArgumentException(
                $"{string.Join(" and ", same.Select(name => $"'{name}'"))} would have the same result '{same.Key}'. Rename one of them.");
        return SubmitAsync(job, names.ToAsyncEnumerable(), cancellation);
    }

    public async Task SubmitAsync(DreamBatchJob job, IAsyncEnumerable<string> pictures, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(pictures);
        await Job(job.Id).CreateAsync(job.ToJson());
        var (shards, total) = (0, 0L);
        await foreach (var names in pictures.Select(PictureName.Normalize).Chunk(job.ShardSize).WithCancellation(cancellation))
        {
            await Shard(job.Id, shards).AddAsync(names);
            (shards, total) = (shards + 1, total + names.Length);
            await Job(job.Id).ListAsync(shards, total, isComplete: false);
        }
        await Job(job.Id).ListAsync(shards, total, isComplete: true);
    }

    public async Task<IReadOnlyList<string>> ListAsync() => await grains.GetGrain<IJobsGrain>(0).GetAsync();

    public async Task<DreamBatchStatus> GetStatusAsync(string job, CancellationToken cancellation)
    {
        var summary = await Job(job).GetSummaryAsync();
        var shardSize = DreamBatchJob.FromJson(summary.Request).ShardSize;
        ConcurrentBag<ShardCounts?> unfinished = [];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, summary.Shards).Where(shard => !summary.Finished.ContainsKey(shard)),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation },
            async (shard, _) => unfinished.Add(await CountsAsync(shard)));
        var (known, ended) = (unfinished.OfType<ShardCounts>().ToList(), summary.Finished.Values);
        var failed = ended.Sum(end => (long)end.Quarantined);
        var listed = known.Sum(counts => (long)counts.Total);
        // All shards but the last are full.
        var finished = summary.Finished.Keys.Sum(shard => Math.Min(shardSize, summary.Total - (long)shard * shardSize));
        return new()
        {
            State = summary.State,
            IsListed = summary.IsListed,
            Total = summary.Total,
            Done = finished - failed + known.Sum(counts => (long)counts.Done),
            Failed = failed + known.Sum(counts => (long)counts.Quarantined),
            InWork = known.Sum(counts => (long)counts.Leased),
            Unknown = summary.Total - finished - listed,
            Releases = ended.Sum(end => (long)end.Releases) + known.Sum(counts => (long)counts.Releases),
            Problem = summary.Problem,
        };

        async Task<ShardCounts?> CountsAsync(int shard)
        {
            try
            {
                return await Shard(job, shard).GetCountsAsync();
            }
            // Its machine hangs, or its store does.
            catch (Exception)
            {
                return null;
            }
        }
    }

    public async IAsyncEnumerable<DreamBatchStatus> WatchAsync(
        string job, TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var status = await PatientStatusAsync(job, interval, cancellation);
            yield return status;
            if (HasEnded(status.State))
                yield break;
            await Task.Delay(interval, time, cancellation);
        }
    }

    public async IAsyncEnumerable<BatchFailure> GetFailuresAsync(string job, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var summary = await Job(job).GetSummaryAsync();
        for (var shard = 0; shard < summary.Shards; shard++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (summary.Finished.TryGetValue(shard, out var end) && end.Quarantined == 0)
                continue;
            foreach (var failure in await Shard(job, shard).GetFailuresAsync())
                yield return new() { File = failure.Name, Reason = failure.Reason };
        }
    }

    public Task PauseAsync(string job) => Job(job).PauseAsync();

    public Task ResumeAsync(string job) => Job(job).ResumeAsync();

    public Task CancelAsync(string job) => Job(job).CancelAsync();

    public Task RetryAsync(string job) => Job(job).RetryAsync();

    public async Task DeleteAsync(string job, CancellationToken cancellation)
    {
        var summary = await Job(job).GetSummaryAsync();
        if (!HasEnded(summary.State))
            throw new InvalidOperationException($"The job '{job}' has not ended. Cancel it first.");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, summary.Shards),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation },
            async (shard, _) => await Shard(job, shard).DeleteAsync());
        await Job(job).DeleteAsync();
    }

    /// <summary>The status, past what a machine that went or a store that is away costs.</summary>
    async Task<DreamBatchStatus> PatientStatusAsync(string job, TimeSpan interval, CancellationToken cancellation)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                return await GetStatusAsync(job, cancellation);
            }
            catch (Exception e) when (e is not (KeyNotFoundException or OperationCanceledException) && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(interval, time, cancellation);
            }
        }
    }

    static bool HasEnded(DreamBatchState state) => state is DreamBatchState.Completed or DreamBatchState.Canceled;

    IJobGrain Job(string job) => grains.GetGrain<IJobGrain>(job);

    IShardGrain Shard(string job, int shard) => grains.GetGrain<IShardGrain>(shard, job);
}
