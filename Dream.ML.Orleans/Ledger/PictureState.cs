namespace Dream.ML.Orleans.Ledger;

/// <summary>How a picture stands.</summary>
enum PictureState : byte
{
    /// <summary>Nobody has tried it.</summary>
    Fresh,

    /// <summary>A worker has it.</summary>
    Leased,

    /// <summary>An attempt failed; it is tried again after the fresh ones.</summary>
    Again,

    /// <summary>Its result is there.</summary>
    Done,

    /// <summary>All attempts failed.</summary>
    Quarantined,
}
