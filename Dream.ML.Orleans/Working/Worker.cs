using System.Security.Cryptography;
using Dream.ML.Imaging.Files;
using Dream.ML.Orleans.Grains;
using Dream.ML.Orleans.Ledger;
using Dream.ML.Orleans.Pictures;
using Microsoft.Extensions.Logging;

namespace Dream.ML.Orleans.Working;

/// <summary>Pulls pictures from shards and upscales them, one at a time, outside of grains.</summary>
sealed class Worker(
    IGrainFactory grains, DreamClusterOptions options, int? device, TimeProvider time, ILogger<Worker> logger) : IDisposable
{
    const int MostAtOnce = 16;

    static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestIdlePause = TimeSpan.FromSeconds(5), LongestPause = TimeSpan.FromSeconds(30);

    // What takes about a second is leased at a time: the ledger's share stays small, and no worker sits on what others could do.
    static readonly TimeSpan Portion = TimeSpan.FromSeconds(1);

    readonly string _name = $"{Environment.MachineName}/{Environment.ProcessId}";
    TimeSpan _pause = ShortestPause;
    TimeSpan _perPicture = Portion;
    JobModel? _model;

    /// <summary>Works until <paramref name="stop"/>; then the picture at work is finished, unless <paramref name="abort"/> comes first.</summary>
    internal async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        while (!stop.IsCancellationRequested)
        {
            var longest = LongestIdlePause;
            try
            {
                switch (await WorkAsync(stop, abort))
                {
                    case true:
                        _pause = ShortestPause;
                        continue;
                    case false:
                        longest = LongestPause;
                        break;
                }
            }
            // The ledger cannot be reached; it may pass.
            catch (Exception e)
            {
                logger.LogWarning(e, "{Worker} waits before it looks for work again.", _name);
            }
            _pause = _pause < longest ? _pause : longest;
            await Task.Delay(_pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _pause *= 2;
        }
    }

    public void Dispose() => _model?.Dispose();

    /// <summary>Works on the oldest job that has work.</summary>
    /// <returns><c>null</c> where there was none, else whether all went well but for pictures that are at fault themselves.</returns>
    async Task<bool?> WorkAsync(CancellationToken stop, CancellationToken abort)
    {
        foreach (var id in await grains.GetGrain<IJobsGrain>(0).GetAsync())
        {
            var job = grains.GetGrain<IJobGrain>(id);
            var work = await job.GetWorkAsync();
            if (work.Shards is [] || await LoadAsync(job, work.Request) is not { } model)
                continue;
            foreach (var number in work.Shards)
                try
                {
                    if (await WorkAsync(model, job, grains.GetGrain<IShardGrain>(number, id), work.Round, stop, abort) is { } wentWell)
                        return wentWell;
                }
                // The machine that keeps this shard may hang or be gone; another may keep the next.
                catch (Exception e) when (e is TimeoutException or OrleansException)
                {
                    logger.LogWarning(e, "Shard {Number} of {Job} does not answer.", number, id);
                }
        }
        return null;
    }

    async Task<JobModel?> LoadAsync(IJobGrain job, string request)
    {
        try
        {
            if (_model?.Request != request)
            {
                _model?.Dispose();
                _model = null;
                _model = new(request, options, device);
            }
            return await job.AgreesAsync(_model.Fingerprint) ? _model : throw new InvalidDataException(
                $"The model '{_model.Job.Model}' or the version of Dream.ML differs from that of the job's first worker.");
        }
        catch (Exception e)
        {
            await ReportProblemAsync(job, e);
            return null;
        }
    }

    /// <summary>Works on a shard until it has nothing to give.</summary>
    /// <returns>As <see cref="WorkAsync(CancellationToken, CancellationToken)"/>.</returns>
    async Task<bool?> WorkAsync(
        JobModel model, IJobGrain job, IShardGrain shard, int round, CancellationToken stop, CancellationToken abort)
    {
        bool? wentWell = null;
        Report[] reports = [];
        // Nobody waits for the answers: the machine that keeps the job may hang, while its shards go on.
        var (asked, state) = (time.GetTimestamp(), Task.FromResult(DreamBatchState.Running));
        while (true)
        {
            var isOver = stop.IsCancellationRequested || wentWell == false
                || state is { IsCompletedSuccessfully: true, Result: not DreamBatchState.Running };
            if (state.IsCompleted && time.GetElapsedTime(asked) > Portion)
                (asked, state) = (time.GetTimestamp(), job.GetStateAsync());
            var wanted = isOver ? 0 : Math.Clamp((int)(Portion / _perPicture), 1, MostAtOnce);
            var claim = await ExchangeAsync(shard, reports, wanted, round, abort);
            Count(reports, claim.Refused);
            if (claim.Pictures is [])
            {
                if (claim.Counts.IsFinished)
                    await job.FinishAsync((int)shard.GetPrimaryKeyLong(out _), claim.Counts);
                return wentWell;
            }
            (reports, wentWell) = await UpscaleAsync(model, job, shard, claim.Pictures, stop, abort);
        }
    }

    /// <summary>Reports and claims. What was upscaled is worth some patience.</summary>
    async Task<Claim> ExchangeAsync(IShardGrain shard, Report[] reports, int wanted, int round, CancellationToken abort)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                return await shard.ExchangeAsync(reports, wanted, round);
            }
            catch (Exception) when (reports is not [] && time.GetElapsedTime(started) < options.LeaseDuration)
            {
                await Task.Delay(ShortestPause, time, abort);
            }
        }
    }

    async Task<(Report[] Reports, bool WentWell)> UpscaleAsync(
        JobModel model, IJobGrain job, IShardGrain shard, LeasedPicture[] pictures, CancellationToken stop, CancellationToken abort)
    {
        using var keeper = new LeaseKeeper(job, shard, [.. pictures.Select(picture => picture.Token)], options.LeaseDuration, time, abort);
        List<Report> reports = [];
        var wentWell = true;
        foreach (var (token, name) in pictures)
        {
            if (stop.IsCancellationRequested || keeper.Lost.IsCancellationRequested || !wentWell)
            {
                reports.Add(new(token, Outcome.Released));
                continue;
            }
            try
            {
                var started = time.GetTimestamp();
                await UpscaleAsync(model, name, keeper);
                var elapsed = time.GetElapsedTime(started);
                _perPicture = (3 * _perPicture + elapsed) / 4;
                BatchMetrics.Seconds.Record(elapsed.TotalSeconds);
                reports.Add(new(token, Outcome.Done));
            }
            catch (OperationCanceledException) when (keeper.Lost.IsCancellationRequested)
            {
                reports.Add(new(token, Outcome.Released));
            }
            catch (Exception e)
            {
                reports.Add(new(token, Outcome.Failed, e.Message));
                // Else it may be this machine that is at fault, and would fail picture after picture.
                wentWell = e is ImageFileException;
                if (!wentWell)
                    await ReportProblemAsync(job, e);
            }
        }
        return ([.. reports], wentWell);
    }

    static async Task UpscaleAsync(JobModel model, string name, LeaseKeeper keeper)
    {
        var result = PictureName.Result(name, ImageFileWriter.Extension(model.Job.Format));
        if (model.Job.KeepExisting && await model.Output.ExistsAsync(result, keeper.Lost))
            return;
        byte[] input;
        await using (var stream = await model.Input.OpenReadAsync(name, keeper.Lost))
            input = await ImageFileReader.ReadBytesAsync(stream, name, model.Limits, _ => { }, keeper.Lost);
        BatchMetrics.Bytes.Add(input.Length, new KeyValuePair<string, object?>("direction", "read"));
        var (file, _) = model.Upscaler.Upscale(input, name, keeper.Lost, keeper);
        if (await model.Output.TryAddAsync(result, file, keeper.Lost))
            BatchMetrics.Bytes.Add(file.Length, new KeyValuePair<string, object?>("direction", "written"));
        else
        {
            await using var existing = await model.Output.OpenReadAsync(result, keeper.Lost);
            // A worker that was thought dead makes the same bytes.
            var digest = await SHA256.HashDataAsync(existing, keeper.Lost);
            if (!digest.AsSpan().SequenceEqual(SHA256.HashData(file)))
                throw new ImageFileException(result, "It is there already, and differs.", "Remove it, or choose another output.");
        }
    }

    async Task ReportProblemAsync(IJobGrain job, Exception problem)
    {
        logger.LogWarning(problem, "{Worker} cannot work on {Job}.", _name, job.GetPrimaryKeyString());
        try
        {
            await job.ReportProblemAsync($"{_name}: {problem.Message}");
        }
        // It stands in the log, too.
        catch (Exception)
        {
        }
    }

    void Count(Report[] reports, int refused)
    {
        foreach (var group in reports.GroupBy(report => report.Outcome))
            BatchMetrics.Items.Add(group.Count(), new KeyValuePair<string, object?>("outcome", group.Key.ToString().ToLowerInvariant()));
        if (refused == 0)
            return;
        BatchMetrics.Items.Add(refused, new KeyValuePair<string, object?>("outcome", "refused"));
        logger.LogWarning("{Worker} was refused {Count} reports: others have the pictures by now.", _name, refused);
    }
}
