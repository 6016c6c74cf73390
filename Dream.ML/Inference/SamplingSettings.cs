using Dream.ML.Diffusion.Sampling;

namespace Dream.ML.Inference;

/// <summary>How a model samples. The defaults and ranges are those of the estimator's options, where they are documented.</summary>
sealed record SamplingSettings
{
    public required SamplerKind Sampler { get; init; }

    public required int Steps { get; init; }

    public required double Eta { get; init; }

    public required int Seed { get; init; }
}
