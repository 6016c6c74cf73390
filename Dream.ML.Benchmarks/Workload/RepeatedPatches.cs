using Dream.ML.Training.Data;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>A dataset that costs nothing: the same patch again and again.</summary>
sealed class RepeatedPatches(int scale, int patchSize) : PatchDataset(start: default, blocksAhead: 1, threads: 1, CancellationToken.None)
{
    readonly TrainingPair[] _block = [.. Enumerable.Repeat(
        new TrainingPair(RandomImage.Create(patchSize / scale, patchSize / scale), RandomImage.Create(patchSize, patchSize)), 4096)];

    internal override int Photos => 1;

    protected override TrainingPair[] Make(long block, CancellationToken cancellation) => _block;
}
