using Dream.ML.Networks;
using static TorchSharp.torch;

namespace Dream.ML.Inference;

/// <summary>
/// From the closest image to the sharpest. Between the initial prediction and the sample a straight line is the best trade of
/// distortion for perception (Freirich et al. 2021). Beyond the sample all that the network adds to bicubic interpolation
/// grows, since more of the sample alone would be more noise.
/// </summary>
static class DetailControl
{
    /// <summary>The image of a sampled signal: b + max(1, 2d)·(r₁ + min(1, 2d)·(r − r₁)), b bicubic, r₁ the initial prediction.</summary>
    /// <param name="network">What the signal was sampled from.</param>
    /// <param name="signal">The signal; 0 stands for the initial prediction where <paramref name="detail"/> is below 0.5.</param>
    /// <param name="condition">What the network made of the low-resolution image.</param>
    /// <param name="bicubic">Enlarges that image by bicubic interpolation.</param>
    /// <param name="detail">d in [0, 1].</param>
    /// <returns>(B, 3, s·h, s·w), not clamped.</returns>
    internal static Tensor ToImage(
        SuperResolutionNetwork network, Tensor signal, Condition condition, Func<Tensor> bicubic, double detail)
    {
        using var scope = NewDisposeScope();
        if (detail < 0.5)
            return network.ToImage(signal * (2 * detail), condition).MoveToOuterDisposeScope();
        var image = network.ToImage(signal, condition);
        // b + 2d·(r − b)
        return (detail == 0.5 ? image : lerp(bicubic(), image, 2 * detail)).MoveToOuterDisposeScope();
    }
}
