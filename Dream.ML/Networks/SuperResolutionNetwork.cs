using static TorchSharp.torch;

namespace Dream.ML.Networks;

/// <summary>
/// A conditional denoiser: all that trainer and upscaler need from a network. What it diffuses (its <em>signal</em>) is its
/// own affair; images are (B, 3, H, W) in [−1, 1], low-resolution ones (B, 3, h, w) with H = scale·h,
/// or (B, 4, h, w) with a mask.
/// </summary>
abstract class SuperResolutionNetwork(string name, NetworkTraits traits) : nn.Module(name)
{
    internal NetworkTraits Traits { get; private protected set; } = traits;

    /// <inheritdoc cref="NetworkTraits.Scale"/>
    internal int Scale => Traits.Scale;

    /// <summary>The type that convolutions compute in. Weights, and what networks take and give, are 32 bits wide.</summary>
    internal ScalarType Precision { get; set; } = ScalarType.Float32;

    /// <summary>What <see cref="Predict"/> returns.</summary>
    internal abstract Parameterization Parameterization { get; }

    /// <summary>The distance this network trains best with.</summary>
    internal abstract DiffusionLoss Loss { get; }

    /// <summary>Measures, once and before training, what the network's units depend on.</summary>
    internal virtual void Calibrate(Tensor lowResolution, Tensor highResolution)
    {
    }

    /// <summary>Reads the condition; once per image, whatever the number of steps.</summary>
    internal abstract Condition Encode(Tensor lowResolution);

    /// <summary>The clean signal x0 of a known high-resolution image. A constant: no gradient flows through it.</summary>
    internal abstract Tensor ToSignal(Tensor highResolution, Condition condition);

    /// <summary>What a signal of 1 adds to the image.</summary>
    internal abstract float SignalUnit { get; }

    /// <summary>Runs the denoiser.</summary>
    /// <param name="noisy">y = g·x0 + s·ε, of the signal's shape.</param>
    /// <param name="noiseLevel">g, (B).</param>
    /// <param name="condition">From <see cref="Encode"/>.</param>
    internal abstract Tensor Predict(Tensor noisy, Tensor noiseLevel, Condition condition);

    /// <summary>A loss of the condition alone, beside the diffusion loss; <c>null</c> when there is none.</summary>
    internal virtual Tensor? InitialPredictionLoss(Tensor highResolution, Condition condition) => null;
}
