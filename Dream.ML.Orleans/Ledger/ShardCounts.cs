namespace Dream.ML.Orleans.Ledger;

/// <summary>How many pictures of a shard stand how.</summary>
[GenerateSerializer]
readonly record struct ShardCounts(int Total, int Done, int Quarantined, int Leased, int Releases, int Round)
{
    internal bool IsFinished => Done + Quarantined == Total;
}
