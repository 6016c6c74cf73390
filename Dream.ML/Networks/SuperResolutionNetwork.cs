using static TorchSharp.torch;

namespace Dream.ML.Networks;

/// <summary>
/// A conditional denoiser: all that trainer and upscaler need from a network. What it diffuses (its <em>signal</em>) is its
/// own affair; images are (B, 3, H, W) in [−1, 1], low-resolution ones (B, 3, h, w) with H = scale·h.
/// </summary>
abstract class SuperResolutionNetwork(string name, int scale) : nn.Module(name)
{
    /// <summary>Output size over input size.</summary>
    internal int Scale { get; } = scale;

    /// <summary>The type that convolutions compute in. Weights, and what networks take and give, are 32 bits wide.</summary>
    internal ScalarType Precision { get; set; } = ScalarType.Float32;

    /// <summary>What <see cref="Predict"/> returns.</summary>
    internal abstract Parameterization Parameterization { get; }

    /// <summary>The distance this network trains best with.</summary>
    internal abstract DiffusionLoss Loss { get; }

    /// <summary>The noise levels it is trained on.</summary>
    internal abstract NoiseSchedule NoiseSchedule { get; }

    /// <summary>Low-resolution width and height must be multiples of this.</summary>
    internal virtual int SizeMultiple => 1;

    /// <summary>
    /// How far around a pixel the network looks, or <c>null</c> when every pixel of the image matters to every other
    /// (attention, normalization over the image).
    /// </summary>
    internal abstract ReceptiveField? ReceptiveField { get; }

    /// <summary>Measures, once and before training, what the network's units depend on.</summary>
    internal virtual void Calibrate(Tensor lowResolution, Tensor highResolution)
    {
    }

    /// <summary>Reads the condition; once per image, whatever the number of steps.</summary>
    internal abstract Condition Encode(Tensor lowResolution);

    /// <summary>Channels of the signal.</summary>
    internal abstract int SignalChannels { get; }

    /// <summary>Width of the signal over width of the low-resolution image: 1 or <see cref="Scale"/>.</summary>
    internal abstract int SignalScale { get; }

    /// <summary>The clean signal x0 of a known high-resolution image. A constant: no gradient flows through it.</summary>
    internal abstract Tensor ToSignal(Tensor highResolution, Condition condition);

    /// <summary>The image that a signal stands for, not clamped.</summary>
    internal abstract Tensor ToImage(Tensor signal, Condition condition);

    /// <summary>Runs the denoiser.</summary>
    /// <param name="noisy">y = g·x0 + s·ε, of the signal's shape.</param>
    /// <param name="noiseLevel">g, (B).</param>
    /// <param name="condition">From <see cref="Encode"/>.</param>
    internal abstract Tensor Predict(Tensor noisy, Tensor noiseLevel, Condition condition);

    /// <summary>
    /// The estimate x̂0 of <see cref="Predict"/>, its noise divided by <paramref name="epsilonScaling"/>, clipped where
    /// the signal has a range.
    /// </summary>
    internal virtual Tensor Denoise(Tensor noisy, Tensor noiseLevel, Condition condition, double epsilonScaling = 1)
    {
        using var scope = NewDisposeScope();
        var clean = NoiseSchedule.Process.ToClean(Parameterization, Predict(noisy, noiseLevel, condition), noisy, noiseLevel);
        if (epsilonScaling == 1)
            return clean.MoveToOuterDisposeScope();
        // ε̂ ← ε̂/λ (Ning et al. 2024) in x0 = (y − s·ε̂)/g, where s·ε̂ = y − g·x̂0
        var (g, _) = NoiseSchedule.Process.Coefficients(noiseLevel, noisy);
        return ((noisy - (noisy - g * clean) / epsilonScaling) / g).MoveToOuterDisposeScope();
    }

    /// <summary>A loss of the condition alone, beside the diffusion loss; <c>null</c> when there is none.</summary>
    internal virtual Tensor? InitialPredictionLoss(Tensor highResolution, Condition condition) => null;
}
