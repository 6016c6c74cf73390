namespace Dream.ML.Orleans.Grains;

/// <summary>What is stored of a job.</summary>
[GenerateSerializer]
sealed class JobState
{
    /// <summary>The <see cref="DreamBatchJob"/> as JSON.</summary>
    [Id(0)]
    public string Request { get; set; } = "";

    [Id(1)]
    public DreamBatchState State { get; set; }

    /// <summary>Whether all pictures are listed.</summary>
    [Id(2)]
    public bool IsListed { get; set; }

    /// <summary>How many pictures there are.</summary>
    [Id(3)]
    public long Total { get; set; }

    /// <summary>How many shards there are.</summary>
    [Id(4)]
    public int Shards { get; set; }

    /// <summary>How the finished shards ended.</summary>
    [Id(5)]
    public Dictionary<int, ShardEnd> Finished { get; set; } = [];

    /// <summary>How often failed pictures were to be tried again.</summary>
    [Id(6)]
    public int Round { get; set; }

    /// <summary>What every worker's result depends on beside the pictures: model, settings, version.</summary>
    [Id(7)]
    public string? Fingerprint { get; set; }
}

/// <summary>How a shard ended.</summary>
/// <param name="Quarantined">How many of its pictures failed.</param>
/// <param name="Releases">How many leases ended and were given to another.</param>
[GenerateSerializer]
readonly record struct ShardEnd(int Quarantined, int Releases);
