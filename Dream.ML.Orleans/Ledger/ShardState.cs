namespace Dream.ML.Orleans.Ledger;

/// <summary>What is stored of a shard's ledger: some bytes a picture. When leases end is not stored.</summary>
[GenerateSerializer]
sealed class ShardState
{
    /// <summary>The <see cref="PictureState"/> of each picture.</summary>
    [Id(0)]
    public byte[] Pictures { get; set; } = [];

    /// <summary>How often each picture was leased.</summary>
    [Id(1)]
    public byte[] Attempts { get; set; } = [];

    /// <summary>The pictures that are leased, by their tokens.</summary>
    [Id(2)]
    public Dictionary<long, int> Leases { get; set; } = [];

    /// <summary>Why the last attempt at a picture failed.</summary>
    [Id(3)]
    public Dictionary<int, string> Errors { get; set; } = [];

    /// <summary>The last token that was given out; each is given out once.</summary>
    [Id(4)]
    public long LastToken { get; set; }

    /// <summary>How often failed pictures were to be tried again.</summary>
    [Id(5)]
    public int Round { get; set; }

    /// <summary>How many leases ended and were given to another.</summary>
    [Id(6)]
    public int Releases { get; set; }

    internal static ShardState Of(int pictures) => new() { Pictures = new byte[pictures], Attempts = new byte[pictures] };
}
