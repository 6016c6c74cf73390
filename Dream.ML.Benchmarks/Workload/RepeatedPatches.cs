using Dream.ML.Training.Feeding;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>A feed that costs nothing: the same patch again and again.</summary>
sealed class RepeatedPatches(int scale, int patchSize) : IPatchFeed
{
    readonly TrainingPair _pair = new(
        RandomImage.Create(patchSize / scale, patchSize / scale), RandomImage.Create(patchSize, patchSize));

    public int Photos => 1;

    public FeedPosition Position => default;

    public TimeSpan Waited => TimeSpan.Zero;

    public TrainingPair[] Next(int count) => [.. Enumerable.Repeat(_pair, count)];

    public void Dispose() { }
}
