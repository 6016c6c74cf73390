using Dream.ML.Orleans.Ledger;

namespace Dream.ML.Orleans.Grains;

/// <summary>A job: its settings, and which of its shards are finished. It calls no shard, so that none can hold it up.</summary>
interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Starts a job; the same again changes nothing.</summary>
    Task CreateAsync(string request);

    /// <summary>Makes known how far the listing is.</summary>
    Task ListAsync(int shards, long total, bool isComplete);

    /// <summary>What a worker may look into next.</summary>
    [ResponseTimeout("00:00:10")]
    Task<JobWork> GetWorkAsync();

    [ResponseTimeout("00:00:10")]
    Task<DreamBatchState> GetStateAsync();

    /// <summary>Takes note that a shard has nothing left to do.</summary>
    [ResponseTimeout("00:00:10")]
    Task FinishAsync(int shard, ShardCounts counts);

    /// <summary>Compares what a worker's results depend on with those of the first worker.</summary>
    [ResponseTimeout("00:00:10")]
    Task<bool> AgreesAsync(string fingerprint);

    /// <summary>Takes note of what keeps a worker from working; not stored.</summary>
    [ResponseTimeout("00:00:10")]
    Task ReportProblemAsync(string problem);

    [ResponseTimeout("00:00:10")]
    Task<JobSummary> GetSummaryAsync();

    Task PauseAsync();

    Task ResumeAsync();

    Task CancelAsync();

    Task RetryAsync();

    Task DeleteAsync();
}

/// <summary>What a worker may look into.</summary>
/// <param name="State">Whether to work at all.</param>
/// <param name="Request">The <see cref="DreamBatchJob"/> as JSON.</param>
/// <param name="Round">How often failed pictures were to be tried again.</param>
/// <param name="Shards">Some unfinished shards.</param>
[GenerateSerializer]
readonly record struct JobWork(DreamBatchState State, string Request, int Round, int[] Shards);

/// <summary>How a job stands, without its unfinished shards.</summary>
[GenerateSerializer]
readonly record struct JobSummary(
    DreamBatchState State, string Request, bool IsListed, long Total, int Shards, Dictionary<int, ShardEnd> Finished, string? Problem);
