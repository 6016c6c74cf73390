namespace Dream.ML.Orleans.Ledger;

/// <summary>A picture that one worker alone may report on, as long as nobody else was given it.</summary>
/// <param name="Token">Greater than all before it in its shard.</param>
/// <param name="Picture">The picture's place in the shard.</param>
[GenerateSerializer]
readonly record struct Lease(long Token, int Picture);
