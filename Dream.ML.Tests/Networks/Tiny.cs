using Dream.ML.Inference;
using Dream.ML.Networks;
using Dream.ML.Networks.Engines;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Networks;

/// <summary>Networks that run in milliseconds.</summary>
static class Tiny
{
    internal static readonly CompactSettings Compact = new() { Channels = 8, EncoderBlocks = 1, DenoiserBlocks = 1 };

    internal static readonly ImplicitSettings Implicit = new() { Channels = 8, EncoderBlocks = 1, DenoiserBlocks = 1 };

    internal static readonly Sr3Settings Sr3 = new()
    {
        InnerChannels = 8,
        NormGroups = 4,
        ChannelMultipliers = [1, 2, 2],
        AttentionResolutions = [],
        ResBlocks = 1,
    };

    /// <summary>A network in evaluation mode whose every layer has something to say, also those that start at zero.</summary>
    internal static SuperResolutionNetwork Random(NetworkSettings settings, int scale)
    {
        using var random = new GlobalRandom().Seed(1);
        var network = settings.Create(scale);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(1);
        foreach (var parameter in network.parameters())
            if (parameter.squeeze().dim() > 1)
                parameter.copy_(randn(parameter.shape, generator: generator) / Math.Sqrt(parameter[0].numel()));
        foreach (var (name, weight) in network.state_dict())
            if (name.StartsWith("residual_spread"))
                weight.fill_(0.2);
        network.eval();
        return network;
    }

    internal static OnnxEngine Engine(NetworkSettings settings, int scale)
    {
        using var network = Random(settings, scale);
        var (fixedSettings, weights) = settings.At(scale, ModuleWeights.Collect(network));
        return new(fixedSettings, scale, weights);
    }

    /// <summary>Without color fidelity, which would hide what the network does.</summary>
    internal static SamplingSettings Sampling(int steps, string sampler = "Ddim") =>
        new() { Sampler = Sampler.Parse(sampler), Steps = steps, Seed = 5, ColorFidelity = false };

    internal static ModelDescription Describe(NetworkSettings settings, int scale, int steps) =>
        new() { Scale = scale, Network = settings, Sampling = Sampling(steps) };

    internal static SuperResolutionModel Model(NetworkSettings settings, int scale, int steps) => Model(Describe(settings, scale, steps));

    internal static SuperResolutionModel Model(ModelDescription description)
    {
        using var network = Random(description.Network, description.Scale);
        return new(description, ModuleWeights.Collect(network), "cpu");
    }
}
