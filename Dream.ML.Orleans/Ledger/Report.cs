namespace Dream.ML.Orleans.Ledger;

/// <summary>What a worker made of a leased picture.</summary>
/// <param name="Token">The lease.</param>
/// <param name="Outcome">What became of the picture.</param>
/// <param name="Reason">Why it failed.</param>
[GenerateSerializer]
readonly record struct Report(long Token, Outcome Outcome, string Reason = "");

/// <summary>What became of a leased picture.</summary>
enum Outcome : byte
{
    /// <summary>Its result is there.</summary>
    Done,

    /// <summary>It could not be upscaled.</summary>
    Failed,

    /// <summary>It was not tried, and goes back.</summary>
    Released,
}
