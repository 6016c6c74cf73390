using Dream.ML.Diffusion.Sampling;
using Dream.ML.Networks;

namespace Dream.ML.Inference;

/// <summary>How a model samples. The defaults and ranges are those of the estimator's options, where they are documented.</summary>
sealed record SamplingSettings
{
    public required SamplerKind Sampler { get; init; }

    public required int Steps { get; init; }

    public required double Eta { get; init; }

    public required int Seed { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">The message names the setting, its value and its range.</exception>
    internal void Validate(NetworkSettings network)
    {
        const int MostSteps = 10_000;
        if (!Enum.IsDefined(Sampler))
            throw new ArgumentOutOfRangeException(
                nameof(Sampler), Sampler, $"Sampler must be one of {string.Join(", ", Enum.GetNames<SamplerKind>())}.");
        if (Steps < network.FewestSamplingSteps || Steps > MostSteps)
            throw new ArgumentOutOfRangeException(
                "SamplingSteps", Steps, $"SamplingSteps must be from {network.FewestSamplingSteps} to {MostSteps} for this network.");
        if (!(Eta is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Eta), Eta, "Eta must be in [0, 1].");
    }
}
