using Dream.ML.Networks.Compact;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Implicit;

/// <summary><see cref="PredictAndRefine"/> at any scale: what depends on the scale is a function of it.</summary>
sealed class ImplicitNetwork : PredictAndRefine, IContinuousNetwork
{
    readonly ImplicitSettings _settings;
    readonly KernelGenerator encoder_in;
    readonly Parameter encoder_bias;
    readonly Sequential scale_level;
    readonly ModuleList<ResidualBlock> encoder;
    readonly KernelGenerator guess;
    readonly NoiseLevelEmbedding noise_level;
    readonly KernelGenerator signal_in;
    readonly Conv2d features_in;
    readonly ModuleList<ResidualBlock> denoiser;
    readonly KernelGenerator denoiser_out;
    readonly Tensor residual_spreads;

    internal ImplicitNetwork(ImplicitSettings settings, int scale) : base(nameof(ImplicitNetwork), settings.Traits(scale))
    {
        (_settings, Factor) = (settings, scale);
        var channels = settings.Channels;
        encoder_in = new(channels, startsAtZero: false);
        encoder_bias = nn.Parameter(zeros(channels));
        scale_level = nn.Sequential(nn.Linear(ScaleCoordinates.OfScale, channels), nn.SiLU(), nn.Linear(channels, channels), nn.SiLU());
        encoder = nn.ModuleList(ResidualBlock.Stack(settings.EncoderBlocks, channels, modulated: true));
        guess = new(channels, startsAtZero: true);
        noise_level = new(channels);
        signal_in = new(channels, startsAtZero: false);
        features_in = nn.Conv2d(channels, channels, 3, padding: 1);
        denoiser = nn.ModuleList(ResidualBlock.Stack(settings.DenoiserBlocks, channels, modulated: true));
        denoiser_out = new(channels, startsAtZero: true);
        residual_spreads = ones(ImplicitSettings.MaxScale);
        RegisterComponents();
    }

    internal static void Describe(WeightLayout layout, ImplicitSettings settings)
    {
        long channels = settings.Channels;
        KernelGenerator.Describe(layout, nameof(encoder_in), channels);
        layout.Add(nameof(encoder_bias), channels);
        layout.AddLinear($"{nameof(scale_level)}.0", ScaleCoordinates.OfScale, channels);
        layout.AddLinear($"{nameof(scale_level)}.2", channels, channels);
        ResidualBlock.Describe(layout, nameof(encoder), settings.EncoderBlocks, channels, modulated: true);
        KernelGenerator.Describe(layout, nameof(guess), channels);
        NoiseLevelEmbedding.Describe(layout, nameof(noise_level), channels);
        KernelGenerator.Describe(layout, nameof(signal_in), channels);
        layout.AddConvolution(nameof(features_in), channels, channels, 3);
        ResidualBlock.Describe(layout, nameof(denoiser), settings.DenoiserBlocks, channels, modulated: true);
        KernelGenerator.Describe(layout, nameof(denoiser_out), channels);
        layout.Add(nameof(residual_spreads), ImplicitSettings.MaxScale);
    }

    public double Factor
    {
        get;
        set => (field, Traits) = (value, _settings.Traits(ScaleCoordinates.Whole(value)));
    }

    Tensor Places => Told(ScaleCoordinates.Places(Factor)).reshape(-1, ScaleCoordinates.OfPlace);

    // Neighboring pixels of an interpolated image are alike: their sum grows with their number, s².
    private protected override ConvolutionWeights EncoderIn => new(encoder_in.FromPixels(Places, 1.0 / (Scale * Scale)), encoder_bias);

    private protected override IEnumerable<ResidualBlock> Encoder => encoder;

    private protected override Tensor EncoderLevel => scale_level.forward(Told(ScaleCoordinates.Scale(Factor)).unsqueeze(0));

    private protected override ConvolutionWeights Guess => guess.ToPixels(Places);

    private protected override NoiseLevelEmbedding NoiseLevel => noise_level;

    // Those of noise are independent: their sum grows with s.
    private protected override Tensor SignalIn => signal_in.FromPixels(Places, 1.0 / Scale);

    private protected override ConvolutionWeights FeaturesIn => features_in;

    private protected override IEnumerable<ResidualBlock> Denoiser => denoiser;

    private protected override ConvolutionWeights DenoiserOut => denoiser_out.ToPixels(Places);

    // Between two whole scales it is between theirs.
    private protected override Tensor ResidualSpread => lerp(
        residual_spreads[(Scale - 1)..Scale], residual_spreads[Math.Min(Scale, ImplicitSettings.MaxScale - 1)..Math.Min(Scale + 1, ImplicitSettings.MaxScale)], Factor - Scale);

    internal override void Calibrate(Tensor lowResolution, Tensor highResolution)
    {
        using var scope = NewDisposeScope();
        using var constants = no_grad();
        var spread = SpreadOf(lowResolution, highResolution);
        residual_spreads[(Scale - 1)..Scale].copy_(spread);
        // At a scale of 1 nothing would be missing; what is just above is in units of half of 2's.
        if (Scale == 2)
            residual_spreads[..1].copy_(spread / 2);
    }

    Tensor Told(float[] numbers) => tensor(numbers, device: encoder_bias.device);
}
