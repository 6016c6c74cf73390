using static TorchSharp.torch;

namespace Dream.ML.Training;

/// <summary>Weights of a sample's loss by its noise level.</summary>
static class LossWeights
{
    /// <summary>Min-SNR-γ (Hang et al., ICCV 2023): keeps nearly clean samples from outweighing the others.</summary>
    /// <param name="parameterization">What the network outputs.</param>
    /// <param name="noiseLevel">g, (B).</param>
    /// <param name="gamma">γ, 5 in the paper.</param>
    /// <returns>(B)</returns>
    internal static Tensor MinSnr(Parameterization parameterization, Tensor noiseLevel, double gamma)
    {
        using var scope = NewDisposeScope();
        var signal = noiseLevel.square();
        var snr = signal / (1 - signal).clamp_min(1e-8);                        // SNR = g²/s²
        var least = snr.clamp_max(gamma);                                       // min(SNR, γ)
        return (parameterization switch
        {
            Parameterization.Epsilon => least / snr,
            Parameterization.Velocity => least / (snr + 1),
            _ => least,
        }).MoveToOuterDisposeScope();
    }
}
