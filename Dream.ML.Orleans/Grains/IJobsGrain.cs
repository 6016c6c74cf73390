namespace Dream.ML.Orleans.Grains;

/// <summary>The jobs that workers have to look at, oldest first. There is one such grain, with the key 0.</summary>
interface IJobsGrain : IGrainWithIntegerKey
{
    Task<string[]> GetAsync();

    Task AddAsync(string job);

    Task RemoveAsync(string job);
}
