using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary>
/// Predict and refine. An encoder reads the image once and makes an initial prediction of what bicubic interpolation lacks; a small
/// denoiser then diffuses what the guess leaves. Images are folded to the low resolution (space to depth), where every
/// layer runs: (B, 3, s·h, s·w) ↔ (B, 3·s², h, w).
/// </summary>
abstract class PredictAndRefine(string name, NetworkTraits traits) : SuperResolutionNetwork(name, traits)
{
    /// <summary>How much of the residual's spread an initial prediction leaves, roughly; it only sets the signal's unit.</summary>
    internal const double RemainingSpread = 0.85;

    internal sealed override Parameterization Parameterization => Parameterization.Sample;

    internal sealed override DiffusionLoss Loss => DiffusionLoss.L2;

    internal sealed override float SignalUnit => (float)(ResidualSpread.item<float>() * RemainingSpread);

    /// <summary>3·s², and the mask where there is one, → C, before the encoder.</summary>
    private protected abstract ConvolutionWeights EncoderIn { get; }

    private protected abstract IEnumerable<ResidualBlock> Encoder { get; }

    /// <summary>What modulates the encoder's blocks, (1, C), or <c>null</c>.</summary>
    private protected virtual Tensor? EncoderLevel => null;

    /// <summary>C → 3·s²</summary>
    private protected abstract ConvolutionWeights Guess { get; }

    private protected abstract NoiseLevelEmbedding NoiseLevel { get; }

    /// <summary>What the denoiser's first layer makes of the signal, 3·s² → C, without a bias.</summary>
    private protected abstract Tensor SignalIn { get; }

    /// <summary>What it makes of the features, C → C.</summary>
    private protected abstract ConvolutionWeights FeaturesIn { get; }

    private protected abstract IEnumerable<ResidualBlock> Denoiser { get; }

    /// <summary>C → 3·s²</summary>
    private protected abstract ConvolutionWeights DenoiserOut { get; }

    /// <summary>Standard deviation of what bicubic interpolation lacks, (1).</summary>
    private protected abstract Tensor ResidualSpread { get; }

    /// <summary>Its measurement.</summary>
    private protected Tensor SpreadOf(Tensor lowResolution, Tensor highResolution)
    {
        using var scope = NewDisposeScope();
        var residual = nn.functional.pixel_unshuffle(highResolution, Scale) - BicubicUpsampling.Unshuffled(Colors(lowResolution), Scale);
        // What is no hole has no residual.
        var share = Traits.ReadsMask ? Holes(lowResolution).mean().clamp_min(1e-3) : ones(1, device: residual.device);
        return (residual.std() / share.sqrt()).clamp_min(1e-3).MoveToOuterDisposeScope();
    }

    internal sealed override Condition Encode(Tensor lowResolution)
    {
        using var scope = NewDisposeScope();
        var upsampled = CompactLayers.ChannelsLast(BicubicUpsampling.Unshuffled(Colors(lowResolution), Scale)); // (B, 3s², h, w)
        var read = Traits.ReadsMask ? CompactLayers.ChannelsLast(cat([upsampled, lowResolution[.., 3..]], 1)) : upsampled;
        var level = EncoderLevel;
        var features = EncoderIn.Convolve(read, Precision).to_type(ScalarType.Float32);
        foreach (var block in Encoder)
            features = features.Then(x => block.forward(x, level, Precision));
        // bicubic(LR) + σ_res·r₁, in holes alone where there are any
        var residual = Guess.Convolve(features, Precision).to_type(ScalarType.Float32);
        var initialPrediction = addcmul(upsampled, Traits.ReadsMask ? residual * Holes(lowResolution) : residual, ResidualSpread, 1);
        // The denoiser's first layer reads signal and features. What it makes of the features is the same in every step.
        features = features.Then(x => FeaturesIn.Convolve(x, Precision)).to_type(ScalarType.Float32);
        return new(initialPrediction.MoveToOuterDisposeScope(), features.MoveToOuterDisposeScope());
    }

    // x0 = (HR − (bicubic(LR) + σ_res·r₁))/(σ_res·σ₂), with r₁ taken as a constant
    internal sealed override Tensor ToSignal(Tensor highResolution, Condition condition)
    {
        using var scope = NewDisposeScope();
        return (Missing(highResolution, condition.InitialPrediction.detach()) / RemainingSpread).MoveToOuterDisposeScope();
    }

    internal sealed override Tensor Predict(Tensor noisy, Tensor noiseLevel, Condition condition)
    {
        using var scope = NewDisposeScope();
        var level = NoiseLevel.forward(noiseLevel);
        // The first layer's other part, with its bias, is in the condition: see Encode.
        var hidden = CompactLayers.Convolve(CompactLayers.ChannelsLast(noisy), SignalIn, null, Precision)
            .to_type(ScalarType.Float32).add_(condition.Features!); // (B, C, h, w)
        foreach (var block in Denoiser)
            hidden = hidden.Then(x => block.forward(x, level, Precision));
        return DenoiserOut.Convolve(hidden, Precision).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    internal sealed override Tensor InitialPredictionLoss(Tensor highResolution, Condition condition)
    {
        using var scope = NewDisposeScope();
        return Missing(highResolution, condition.InitialPrediction).square().mean().MoveToOuterDisposeScope();
    }

    // −1 → 1, 1 → 0
    static Tensor Holes(Tensor lowResolution) => (1 - lowResolution[.., 3..]) / 2;

    static Tensor Colors(Tensor lowResolution) => lowResolution[.., ..3];

    /// <summary>What the initial prediction lacks, in units of what interpolation lacks.</summary>
    Tensor Missing(Tensor highResolution, Tensor initialPrediction) =>
        (nn.functional.pixel_unshuffle(highResolution, Scale) - initialPrediction) / ResidualSpread;
}
