namespace Dream.ML.Orleans.Grains;

sealed class JobsGrain([PersistentState("jobs", DreamCluster.StorageName)] IPersistentState<JobsGrain.Jobs> state) : Grain, IJobsGrain
{
    public Task<string[]> GetAsync() => Task.FromResult(state.State.Active.ToArray());

    public async Task AddAsync(string job)
    {
        if (state.State.Active.Contains(job))
            return;
        state.State.Active.Add(job);
        await state.SaveAsync(this);
    }

    public async Task RemoveAsync(string job)
    {
        if (state.State.Active.Remove(job))
            await state.SaveAsync(this);
    }

    [GenerateSerializer]
    internal sealed class Jobs
    {
        [Id(0)]
        public List<string> Active { get; set; } = [];
    }
}
