using Dream.ML.Training.Data;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>A feed that costs nothing: the same patch again and again.</summary>
sealed class RepeatedPatches(int scale, int patchSize) : IPatchDataset
{
    readonly TrainingPair _pair = new(
        RandomImage.Create(patchSize / scale, patchSize / scale), RandomImage.Create(patchSize, patchSize));

    public int Photos => 1;

    public DataPosition Position => default;

    public TimeSpan Waited => TimeSpan.Zero;

    public TrainingPair[] Next(int count) => [.. Enumerable.Repeat(_pair, count)];

    public void Dispose() { }
}
