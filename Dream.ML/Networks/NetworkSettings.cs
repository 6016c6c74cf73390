using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Dream.ML.Networks;

/// <summary>Which network to train, and its size.</summary>
/// <seealso cref="CompactSettings"/>
/// <seealso cref="Sr3Settings"/>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "network")]
[JsonDerivedType(typeof(CompactSettings), "compact")]
[JsonDerivedType(typeof(Sr3Settings), "sr3")]
public abstract record NetworkSettings
{
    private protected NetworkSettings()
    {
    }

    /// <summary>Checks every range, and the scale against what the network supports.</summary>
    /// <exception cref="ArgumentException">The message names the property, the value and the range.</exception>
    internal abstract void Validate(int scale);

    /// <summary>Makes the network with fresh weights. It outlives whatever dispose scope the caller is in.</summary>
    internal SuperResolutionNetwork Create(int scale, Device device)
    {
        using var scope = NewDisposeScope();
        var network = Build(scale);
        network.to(device);
        foreach (var weight in network.parameters().Concat(network.buffers()))
            weight.DetachFromDisposeScope();
        return network;
    }

    private protected abstract SuperResolutionNetwork Build(int scale);

    private protected static void Require(bool holds, string property, object value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(property, value, $"{property} must be {range}.");
    }
}
