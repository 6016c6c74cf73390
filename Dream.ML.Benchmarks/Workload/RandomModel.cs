using Dream.ML.Inference;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>Models that were never trained: weights do not change how long upscaling takes.</summary>
static class RandomModel
{
    internal static SuperResolutionModel Create(DreamSuperResolutionEstimator.Options options)
    {
        var network = options.Network.Create(options.Scale);
        network.eval();
        return new(new() { Scale = options.Scale, Network = options.Network, Sampling = options.SamplingOrDefault(seed: 1) }, network);
    }
}
