namespace Dream.ML.Orleans;

/// <summary>Names that the application needs.</summary>
public static class DreamCluster
{
    /// <summary>
    /// The name of the grain storage that keeps the ledgers, such as <c>silo.AddRedisGrainStorage(DreamCluster.StorageName, …)</c>. It must
    /// outlive the silos.
    /// </summary>
    public const string StorageName = "dream";

    /// <summary>The name of the meter: items, seconds, bytes, re-leases.</summary>
    public const string MeterName = "Dream.ML.Orleans";
}
