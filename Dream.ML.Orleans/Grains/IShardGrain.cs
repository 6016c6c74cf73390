using Dream.ML.Orleans.Ledger;

namespace Dream.ML.Orleans.Grains;

/// <summary>
/// Some thousand pictures of a job: who works on which, and which are finished. Its key is the job's, with the shard's number.
/// </summary>
interface IShardGrain : IGrainWithIntegerCompoundKey
{
    /// <summary>Takes the shard's pictures; the same again changes nothing.</summary>
    Task AddAsync(string[] names);

    /// <summary>Takes a worker's reports and gives it other pictures, in one call, so that both are stored at once.</summary>
    [ResponseTimeout("00:00:10")]
    Task<Claim> ExchangeAsync(Report[] reports, int wanted, int round);

    /// <summary>Gives leases their full time again.</summary>
    /// <returns>The tokens that are not the worker's any more.</returns>
    [ResponseTimeout("00:00:10")]
    Task<long[]> RenewAsync(long[] tokens);

    [ResponseTimeout("00:00:05")]
    Task<ShardCounts> GetCountsAsync();

    Task<FailedPicture[]> GetFailuresAsync();

    Task DeleteAsync();
}

/// <summary>What a worker is given.</summary>
/// <param name="Pictures">Pictures to upscale.</param>
/// <param name="Refused">How many of its reports were about pictures that others have by now.</param>
/// <param name="Counts">How the shard stands.</param>
[GenerateSerializer]
readonly record struct Claim(LeasedPicture[] Pictures, int Refused, ShardCounts Counts);

/// <summary>A picture to upscale, and the token to report it with.</summary>
[GenerateSerializer]
readonly record struct LeasedPicture(long Token, string Name);

/// <summary>A picture that could not be upscaled.</summary>
[GenerateSerializer]
readonly record struct FailedPicture(string Name, string Reason);
