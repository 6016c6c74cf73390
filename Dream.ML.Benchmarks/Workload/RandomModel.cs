using Dream.ML.Inference;
using Dream.ML.Torch;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>Models that were never trained: weights do not change how long upscaling takes.</summary>
static class RandomModel
{
    internal static SuperResolutionModel Create(DreamSuperResolutionEstimator.Options options)
    {
        using var network = options.Network.Create(options.Scale);
        return new(new() { Scale = options.Scale, Network = options.Network, Sampling = options.SamplingOrDefault(seed: 1) }, ModuleWeights.Collect(network));
    }
}
