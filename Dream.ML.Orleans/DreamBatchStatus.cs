namespace Dream.ML.Orleans;

/// <summary>How a job stands, and how many of its pictures.</summary>
public sealed record DreamBatchStatus
{
    /// <summary>How the job stands.</summary>
    public required DreamBatchState State { get; init; }

    /// <summary>Whether all pictures are listed; while they are not, <see cref="Total"/> grows.</summary>
    public required bool IsListed { get; init; }

    /// <summary>Pictures in all.</summary>
    public required long Total { get; init; }

    /// <summary>Pictures whose results are there.</summary>
    public long Done { get; init; }

    /// <summary>Pictures that have failed three times; <see cref="IDreamBatch.GetFailuresAsync"/> tells why.</summary>
    public long Failed { get; init; }

    /// <summary>Pictures that workers have now.</summary>
    public long InWork { get; init; }

    /// <summary>
    /// Pictures about which nothing is known at the moment, as the machine that keeps their ledger does not answer. They count as neither
    /// done nor failed.
    /// </summary>
    public long Unknown { get; init; }

    /// <summary>How often pictures were given to another worker, as the first was not heard of in time.</summary>
    public long Releases { get; init; }

    /// <summary>What kept a worker from working last, such as a missing model or a full disk; <c>null</c> where nothing did.</summary>
    public string? Problem { get; init; }
}
