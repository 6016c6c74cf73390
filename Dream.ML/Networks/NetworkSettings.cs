using System.Text.Json.Serialization;

namespace Dream.ML.Networks;

/// <summary>Which network to train, and its size.</summary>
/// <seealso cref="CompactSettings"/>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "network")]
[JsonDerivedType(typeof(CompactSettings), "compact")]
public abstract record NetworkSettings
{
    private protected NetworkSettings()
    {
    }

    /// <summary>Checks every range, and the scale against what the network supports.</summary>
    /// <exception cref="ArgumentException">The message names the property, the value and the range.</exception>
    internal abstract void Validate(int scale);

    /// <summary>Builds the network with fresh weights.</summary>
    internal abstract SuperResolutionNetwork Create(int scale);

    private protected static void Require(bool holds, string property, object value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(property, value, $"{property} must be {range}.");
    }
}
