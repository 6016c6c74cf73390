namespace Dream.ML.Benchmarks.Workload;

/// <summary>The paper's network at a size that a CPU can train: 8×8 → 32×32 pixels, 16 at a time.</summary>
static class SmallSr3
{
    internal static Sr3Settings Network { get; } = new()
    {
        InnerChannels = 32,
        ChannelMultipliers = [1, 2, 4],
        AttentionResolutions = [8],
        ResBlocks = 1,
        ImageSize = 32,
    };

    internal static DreamSuperResolutionEstimator.Options Options { get; } = new()
    {
        OutputColumnName = "Upscaled",
        Network = Network,
        Training = new() { PatchSize = Network.ImageSize, BatchSize = 16 },
    };
}
