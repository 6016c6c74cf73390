using Dream.ML.Torch;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>
/// The paper's model: diffuses the high-resolution image itself, or what it adds to the bicubically enlarged one, conditioned
/// on the latter.
/// </summary>
sealed class Sr3Network : SuperResolutionNetwork
{
    // The name that published checkpoints use.
    [ComponentName(Name = "denoise_fn")]
    readonly Sr3UNet _unet;
    readonly double? _residualScale;

    internal Sr3Network(Sr3Settings settings, int scale) : base(nameof(Sr3Network), settings.Traits(scale))
    {
        _unet = new(settings);
        _residualScale = settings.ResidualScale;
        RegisterComponents();
    }

    internal override Parameterization Parameterization => Parameterization.Epsilon;

    internal override DiffusionLoss Loss => DiffusionLoss.L1;

    internal override float SignalUnit => (float)(1 / (_residualScale ?? 1));

    internal override Condition Encode(Tensor lowResolution)
    {
        using var scope = NewDisposeScope();
        return new(nn.functional.pixel_shuffle(BicubicUpsampling.Unshuffled(lowResolution, Scale), Scale).MoveToOuterDisposeScope());
    }

    internal override Tensor ToSignal(Tensor highResolution, Condition condition)
    {
        if (_residualScale is not { } k)
            return highResolution.alias();
        using var residual = highResolution - condition.InitialPrediction;
        return residual * k;
    }

    internal override Tensor Predict(Tensor noisy, Tensor noiseLevel, Condition condition)
    {
        using var input = cat([condition.InitialPrediction, noisy], 1); // (B, 6, H, W)
        return _unet.forward(input, noiseLevel);
    }
}
