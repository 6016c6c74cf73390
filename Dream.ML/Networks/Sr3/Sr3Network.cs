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
    const int TrainingSteps = 2000;

    // The name that published checkpoints use.
    [ComponentName(Name = "denoise_fn")]
    readonly Sr3UNet _unet;
    readonly double? _residualScale;
    readonly double _range;

    internal Sr3Network(Sr3Settings settings, int scale) : base(nameof(Sr3Network), scale)
    {
        _unet = new(settings);
        _residualScale = settings.ResidualScale;
        _range = settings.Range;
        SizeMultiple = settings.LowResolutionUnit(scale);
        RegisterComponents();
    }

    internal override Parameterization Parameterization => Parameterization.Epsilon;

    internal override DiffusionLoss Loss => DiffusionLoss.L1;

    internal override NoiseSchedule NoiseSchedule { get; } = new BetaNoiseSchedule(BetaSchedule.Linear.ToBetas(TrainingSteps));

    internal override int SizeMultiple { get; }

    /// <remarks>Attention and group normalization look at the whole image.</remarks>
    internal override ReceptiveField? ReceptiveField => null;

    internal override int SignalChannels => 3;

    internal override int SignalScale => Scale;

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

    internal override Tensor ToImage(Tensor signal, Condition condition)
    {
        if (_residualScale is not { } k)
            return signal.alias();
        using var residual = signal / k;
        return condition.InitialPrediction + residual;
    }

    internal override Tensor Predict(Tensor noisy, Tensor noiseLevel, Condition condition)
    {
        using var input = cat([condition.InitialPrediction, noisy], 1); // (B, 6, H, W)
        return _unet.forward(input, noiseLevel);
    }

    // Pixels have a range (the authors' code clips x̂0 at every step). So has, nearly, a residual of the spread that is
    // advised: without clipping, ε̂'s error divided by the first g ≈ 0.007 would take many steps to mend.
    internal override Tensor Denoise(Tensor noisy, Tensor noiseLevel, Condition condition, double epsilonScaling = 1)
    {
        using var clean = base.Denoise(noisy, noiseLevel, condition, epsilonScaling);
        return clean.clamp(-_range, _range);
    }
}
