using Dream.ML.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary>
/// Predict and refine. An encoder reads the image once and makes an initial prediction of what bicubic interpolation lacks; a small
/// denoiser then diffuses what the guess leaves. Images are folded to the low resolution (space to depth), where every
/// layer runs: (B, 3, s·h, s·w) ↔ (B, 3·s², h, w).
/// </summary>
sealed class CompactNetwork : SuperResolutionNetwork
{
    /// <summary>How much of the residual's spread an initial prediction leaves, roughly; it only sets the signal's unit.</summary>
    internal const double RemainingSpread = 0.85;

    readonly Conv2d encoder_in;
    readonly ModuleList<ResidualBlock> encoder;
    readonly Conv2d guess;
    readonly NoiseLevelEmbedding noise_level;
    readonly Conv2d denoiser_in;
    readonly ModuleList<ResidualBlock> denoiser;
    readonly Conv2d denoiser_out;
    readonly Tensor residual_spread;

    internal CompactNetwork(CompactSettings settings, int scale) : base(nameof(CompactNetwork), settings.Traits(scale))
    {
        var (channels, folded) = (settings.Channels, 3 * scale * scale);
        encoder_in = nn.Conv2d(EncoderChannels(settings, scale), channels, 3, padding: 1);
        encoder = nn.ModuleList(Blocks(settings.EncoderBlocks, modulated: false));
        guess = CompactLayers.Zero(nn.Conv2d(channels, folded, 3, padding: 1));
        noise_level = new(channels);
        denoiser_in = nn.Conv2d(folded + channels, channels, 3, padding: 1);
        denoiser = nn.ModuleList(Blocks(settings.DenoiserBlocks, modulated: true));
        denoiser_out = CompactLayers.Zero(nn.Conv2d(channels, folded, 3, padding: 1));
        residual_spread = ones(1);
        RegisterComponents();

        ResidualBlock[] Blocks(int count, bool modulated) =>
            [.. Enumerable.Range(0, count).Select(_ => new ResidualBlock(channels, modulated))];
    }

    /// <summary>What the constructor makes, by name and shape.</summary>
    internal static void Describe(WeightLayout layout, CompactSettings settings, int scale)
    {
        long channels = settings.Channels, folded = 3 * scale * scale;
        layout.AddConvolution(nameof(encoder_in), EncoderChannels(settings, scale), channels, 3);
        for (var block = 0; block < settings.EncoderBlocks; block++)
            ResidualBlock.Describe(layout, $"{nameof(encoder)}.{block}", channels, modulated: false);
        layout.AddConvolution(nameof(guess), channels, folded, 3);
        NoiseLevelEmbedding.Describe(layout, nameof(noise_level), channels);
        layout.AddConvolution(nameof(denoiser_in), folded + channels, channels, 3);
        for (var block = 0; block < settings.DenoiserBlocks; block++)
            ResidualBlock.Describe(layout, $"{nameof(denoiser)}.{block}", channels, modulated: true);
        layout.AddConvolution(nameof(denoiser_out), channels, folded, 3);
        layout.Add(nameof(residual_spread), 1);
    }

    static int EncoderChannels(CompactSettings settings, int scale) => 3 * scale * scale + (settings.ReadsMask ? 1 : 0);

    internal override Parameterization Parameterization => Parameterization.Sample;

    internal override DiffusionLoss Loss => DiffusionLoss.L2;

    internal override float SignalUnit => (float)(residual_spread.item<float>() * RemainingSpread);

    int SignalChannels => Traits.SignalChannels;

    internal override void Calibrate(Tensor lowResolution, Tensor highResolution)
    {
        using var scope = NewDisposeScope();
        using var constants = no_grad();
        var residual = nn.functional.pixel_unshuffle(highResolution, Scale) - BicubicUpsampling.Unshuffled(Colors(lowResolution), Scale);
        var spread = residual.std();
        // All that is no hole has no residual.
        if (Traits.ReadsMask)
            spread /= Holes(lowResolution).mean().clamp_min(1e-3).sqrt();
        residual_spread.copy_(spread.clamp_min(1e-3));
    }

    internal override Condition Encode(Tensor lowResolution)
    {
        using var scope = NewDisposeScope();
        var upsampled = CompactLayers.ChannelsLast(BicubicUpsampling.Unshuffled(Colors(lowResolution), Scale)); // (B, 3s², h, w)
        var read = Traits.ReadsMask ? CompactLayers.ChannelsLast(cat([upsampled, lowResolution[.., 3..]], 1)) : upsampled;
        var features = encoder_in.Convolve(read, Precision).to_type(ScalarType.Float32);
        foreach (var block in encoder)
            features = features.Then(x => block.forward(x, null, Precision));
        // bicubic(LR) + σ_res·r₁, in holes alone where there are any
        var residual = guess.Convolve(features, Precision).to_type(ScalarType.Float32);
        var initialPrediction = addcmul(upsampled, Traits.ReadsMask ? residual * Holes(lowResolution) : residual, residual_spread, 1);
        // The denoiser's first layer reads signal and features. What it makes of the features is the same in every step.
        features = features.Then(x => CompactLayers.Convolve(x, denoiser_in.weight[.., SignalChannels..], denoiser_in.bias, Precision)).to_type(ScalarType.Float32);
        return new(initialPrediction.MoveToOuterDisposeScope(), features.MoveToOuterDisposeScope());
    }

    // x0 = (HR − (bicubic(LR) + σ_res·r₁))/(σ_res·σ₂), with r₁ taken as a constant
    internal override Tensor ToSignal(Tensor highResolution, Condition condition)
    {
        using var scope = NewDisposeScope();
        return (Missing(highResolution, condition.InitialPrediction.detach()) / RemainingSpread).MoveToOuterDisposeScope();
    }

    internal override Tensor Predict(Tensor noisy, Tensor noiseLevel, Condition condition)
    {
        using var scope = NewDisposeScope();
        var level = noise_level.forward(noiseLevel);
        // The first layer's other part, with its bias, is in the condition: see Encode.
        var hidden = CompactLayers.Convolve(CompactLayers.ChannelsLast(noisy), denoiser_in.weight[.., ..SignalChannels], null, Precision)
            .to_type(ScalarType.Float32).add_(condition.Features!); // (B, C, h, w)
        foreach (var block in denoiser)
            hidden = hidden.Then(x => block.forward(x, level, Precision));
        return denoiser_out.Convolve(hidden, Precision).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    internal override Tensor InitialPredictionLoss(Tensor highResolution, Condition condition)
    {
        using var scope = NewDisposeScope();
        return Missing(highResolution, condition.InitialPrediction).square().mean().MoveToOuterDisposeScope();
    }

    // −1 → 1, 1 → 0
    static Tensor Holes(Tensor lowResolution) => (1 - lowResolution[.., 3..]) / 2;

    static Tensor Colors(Tensor lowResolution) => lowResolution[.., ..3];

    /// <summary>What the initial prediction lacks, in units of what interpolation lacks.</summary>
    Tensor Missing(Tensor highResolution, Tensor initialPrediction) =>
        (nn.functional.pixel_unshuffle(highResolution, Scale) - initialPrediction) / residual_spread;
}
