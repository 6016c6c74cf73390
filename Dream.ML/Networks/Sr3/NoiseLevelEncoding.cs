using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>Sines and cosines of the noise level g = √ᾱ, as published: g is not stretched beforehand (SR3 code).</summary>
sealed class NoiseLevelEncoding(long channels) : nn.Module<Tensor, Tensor>(nameof(NoiseLevelEncoding))
{
    /// <summary>(B) → (B, C)</summary>
    public override Tensor forward(Tensor noiseLevel)
    {
        using var scope = NewDisposeScope();
        var half = channels / 2;
        // g · 10000^(−k / (C/2)), k = 0 … C/2 − 1
        var frequencies = (arange(half, float32, noiseLevel.device) * (-Math.Log(1e4) / half)).exp();
        var angles = noiseLevel.unsqueeze(1) * frequencies; // (B, C/2)
        return cat([angles.sin(), angles.cos()], 1).MoveToOuterDisposeScope();
    }
}
