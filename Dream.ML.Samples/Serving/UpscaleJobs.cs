using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Dream.ML.Samples.Serving;

/// <summary>The pictures of all pages, in memory, bounded in number and bytes; none stays for long.</summary>
sealed class UpscaleJobs : BackgroundService
{
    const int MaxUnfinished = 8;
    const int MaxFinished = 32;
    const long MaxResultBytes = 512 << 20;

    static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan AbandonedAfter = TimeSpan.FromSeconds(30);
    static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, UpscaleJob> _jobs = [];
    readonly Lock _lock = new();

    /// <summary>A new job, or <c>null</c> where too many are at work.</summary>
    internal UpscaleJob? Add()
    {
        lock (_lock)
        {
            if (_jobs.Values.Count(job => !job.State.IsFinal) >= MaxUnfinished)
                return null;
            var job = new UpscaleJob();
            _jobs[job.Id] = job;
            return job;
        }
    }

    internal UpscaleJob? Find(string id) => _jobs.GetValueOrDefault(id);

    /// <summary>Stops the work on a picture and forgets it.</summary>
    internal bool Forget(string id)
    {
        if (!_jobs.TryRemove(id, out var job))
            return false;
        job.Cancel();
        return true;
    }

    /// <summary>Forgets the oldest results, where all together are too many or too large.</summary>
    internal void Trim()
    {
        var (count, bytes) = (0, 0L);
        foreach (var job in _jobs.Values.Where(job => job.State.IsFinal).OrderBy(job => job.Unwatched))
            if (++count > MaxFinished || (bytes += job.State.Result?.Content.LongLength ?? 0) > MaxResultBytes)
                Forget(job.Id);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepInterval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            foreach (var job in _jobs.Values)
                if (job.Unwatched > (job.State.IsFinal ? ForgottenAfter : AbandonedAfter))
                    Forget(job.Id);
    }
}
