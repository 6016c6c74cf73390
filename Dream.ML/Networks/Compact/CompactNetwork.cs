using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary><see cref="PredictAndRefine"/> at one scale.</summary>
sealed class CompactNetwork : PredictAndRefine
{
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
        encoder = nn.ModuleList(ResidualBlock.Stack(settings.EncoderBlocks, channels, modulated: false));
        guess = CompactLayers.Zero(nn.Conv2d(channels, folded, 3, padding: 1));
        noise_level = new(channels);
        denoiser_in = nn.Conv2d(folded + channels, channels, 3, padding: 1);
        denoiser = nn.ModuleList(ResidualBlock.Stack(settings.DenoiserBlocks, channels, modulated: true));
        denoiser_out = CompactLayers.Zero(nn.Conv2d(channels, folded, 3, padding: 1));
        residual_spread = ones(1);
        RegisterComponents();
    }

    /// <summary>What the constructor makes, by name and shape.</summary>
    internal static void Describe(WeightLayout layout, CompactSettings settings, int scale)
    {
        long channels = settings.Channels, folded = 3 * scale * scale;
        layout.AddConvolution(nameof(encoder_in), EncoderChannels(settings, scale), channels, 3);
        ResidualBlock.Describe(layout, nameof(encoder), settings.EncoderBlocks, channels, modulated: false);
        layout.AddConvolution(nameof(guess), channels, folded, 3);
        NoiseLevelEmbedding.Describe(layout, nameof(noise_level), channels);
        layout.AddConvolution(nameof(denoiser_in), folded + channels, channels, 3);
        ResidualBlock.Describe(layout, nameof(denoiser), settings.DenoiserBlocks, channels, modulated: true);
        layout.AddConvolution(nameof(denoiser_out), channels, folded, 3);
        layout.Add(nameof(residual_spread), 1);
    }

    static int EncoderChannels(CompactSettings settings, int scale) => 3 * scale * scale + (settings.ReadsMask ? 1 : 0);

    private protected override ConvolutionWeights EncoderIn => encoder_in;

    private protected override IEnumerable<ResidualBlock> Encoder => encoder;

    private protected override ConvolutionWeights Guess => guess;

    private protected override NoiseLevelEmbedding NoiseLevel => noise_level;

    private protected override Tensor SignalIn => denoiser_in.weight[.., ..Traits.SignalChannels];

    private protected override ConvolutionWeights FeaturesIn => new(denoiser_in.weight[.., Traits.SignalChannels..], denoiser_in.bias!);

    private protected override IEnumerable<ResidualBlock> Denoiser => denoiser;

    private protected override ConvolutionWeights DenoiserOut => denoiser_out;

    private protected override Tensor ResidualSpread => residual_spread;

    internal override void Calibrate(Tensor lowResolution, Tensor highResolution)
    {
        using var scope = NewDisposeScope();
        using var constants = no_grad();
        residual_spread.copy_(SpreadOf(lowResolution, highResolution));
    }
}
