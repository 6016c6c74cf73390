using static TorchSharp.torch;

namespace Dream.ML.Diffusion;

/// <summary>Min-SNR-γ (Hang et al., ICCV 2023): loss weights that keep nearly clean samples from outweighing the others.</summary>
static class MinSnr
{
    /// <summary>The weight of each sample's loss.</summary>
    /// <param name="process">How noise was added.</param>
    /// <param name="parameterization">What the network outputs.</param>
    /// <param name="noiseLevel">In (0, 1], (B).</param>
    /// <param name="gamma">γ, 5 in the paper.</param>
    /// <returns>(B)</returns>
    internal static Tensor Weights(ForwardProcess process, Parameterization parameterization, Tensor noiseLevel, double gamma)
    {
        using var scope = NewDisposeScope();
        var snr = process.SignalToNoise(noiseLevel);
        var least = snr.clamp_max(gamma);                                       // min(SNR, γ)
        return (parameterization switch
        {
            Parameterization.Epsilon => least / snr,
            Parameterization.Velocity => least / (snr + 1),
            _ => least,
        }).MoveToOuterDisposeScope();
    }
}
