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

    /// <summary>Builds the network with fresh weights, on the CPU unless told otherwise. It outlives the caller's dispose scopes.</summary>
    internal SuperResolutionNetwork Create(int scale, Device? device = null)
    {
        using var scope = NewDisposeScope();
        var network = Build(scale).to(device ?? CPU);
        foreach (var tensor in network.state_dict().Values)
            tensor.DetachFromDisposeScope();
        return network;
    }

    private protected abstract SuperResolutionNetwork Build(int scale);

    private protected static void Require(bool holds, string property, object value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(property, value, $"{property} must be {range}.");
    }
}
