using System.Numerics;
using Dream.ML.Networks;
using Dream.ML.Networks.Sr3;
using Dream.ML.Onnx;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>
/// The paper's network: the U-Net of SR3 (Saharia et al. 2021), parameter for parameter. It diffuses the whole image at the
/// high resolution and predicts the noise; days on a GPU, not minutes on a CPU. The defaults are the paper's 16 → 128 faces
/// (97.8 M parameters). <see cref="ResidualScale"/> and <see cref="Unshuffle"/> make a small one that a CPU trains in minutes.
/// </summary>
public sealed record Sr3Settings : NetworkSettings
{
    /// <summary>Where estimates of a scaled residual are clipped: beyond three times its spread.</summary>
    const int TrainingSteps = 2000;
    const double ResidualRange = 2;

    const int MaxLevels = 7;

    /// <summary>Channels at full resolution, a multiple of <see cref="NormGroups"/>.</summary>
    /// <value>64.</value>
    public int InnerChannels { get; init; } = 64;

    /// <summary>Groups of each group normalization.</summary>
    /// <value>32.</value>
    public int NormGroups { get; init => field = Require(value, value >= 1, "at least 1"); } = 32;

    /// <summary>Channels per level, in multiples of <see cref="InnerChannels"/>; each level halves the resolution. 1 to 7 levels.</summary>
    /// <value>1, 2, 4, 8, 8.</value>
    public IReadOnlyList<int> ChannelMultipliers
    {
        get;
        init => field = Require(
            value, value is { Count: >= 1 and <= MaxLevels } && value.All(m => m is >= 1 and <= 64), "1 to 7 numbers from 1 to 64");
    } = [1, 2, 4, 8, 8];

    /// <summary>Where attention sits, as resolutions of an image of <see cref="ImageSize"/>. The middle always has it.</summary>
    /// <value>16.</value>
    public IReadOnlyList<int> AttentionResolutions { get; init => field = Require(value, value is not null, "a list, perhaps empty"); } = [16];

    /// <summary>Residual blocks per level, 1 to 16.</summary>
    /// <value>2.</value>
    public int ResBlocks { get; init => field = InRange(value, 1, 16); } = 2;

    /// <summary>Share of activations dropped while training, in [0, 1).</summary>
    /// <value>0.2.</value>
    public double Dropout { get; init => field = Require(value, value is >= 0 and < 1, "in [0, 1)"); } = 0.2;

    /// <summary>The high resolution that <see cref="AttentionResolutions"/> refers to; it does not bind the size of images.</summary>
    /// <value>128.</value>
    public int ImageSize { get; init => field = InRange(value, 1, 65536); } = 128;

    /// <summary>
    /// Pixels on a side that are folded into channels before the network and unfolded after it (space to depth): 2 makes
    /// it 3 to 5 times faster. From 1 to 64, divided by 2 for each level after the first.
    /// </summary>
    /// <value>1: the paper's network, which works at the high resolution.</value>
    public int Unshuffle { get; init; } = 1;

    /// <summary>
    /// k, to diffuse x0 = k·(HR − bicubic(LR)), with pixels in [−1, 1], instead of the image; above 0 and up to 100. A
    /// good k makes x0 spread by about 0.6: 5 suits photos enlarged 4 times, which a CPU then learns in minutes. While
    /// sampling, estimates of x0 are clipped to [−2, 2].
    /// </summary>
    /// <value><c>null</c>: the image itself, as in the paper.</value>
    public double? ResidualScale { get; init => field = Require(value, value is null or > 0 and <= 100, "above 0 and at most 100, or null"); }

    /// <summary>What height and width at the high resolution must be divisible by.</summary>
    internal int Stride => Unshuffle << (ChannelMultipliers.Count - 1);

    internal override double DefaultLearningRate => 1e-4;

    internal override int DefaultSamplingSteps => 100;

    internal override int MinSamplingSteps => 1;

    internal override int PatchUnit(int scale) => scale * LowResolutionUnit(scale);

    /// <summary>The smallest low-resolution size whose high-resolution size the levels can halve.</summary>
    internal int LowResolutionUnit(int scale) => Stride / (int)BigInteger.GreatestCommonDivisor(Stride, scale);

    internal override void Validate(int scale)
    {
        base.Validate(scale);
        Require(InnerChannels is >= 2 and <= 1024 && InnerChannels % NormGroups == 0 && InnerChannels % 2 == 0,
            nameof(InnerChannels), InnerChannels, $"an even number up to 1024 and a multiple of NormGroups ({NormGroups})");
        Require(Process is not DiffusionProcess.ResidualShifting || ResidualScale is not null,
            nameof(ResidualScale), ResidualScale, "set with Process ResidualShifting, which moves an image towards its prediction; 5 suits photos enlarged 4 times");
        var maxUnshuffle = 1 << (MaxLevels - ChannelMultipliers.Count);
        Require(Unshuffle >= 1 && Unshuffle <= maxUnshuffle,
            nameof(Unshuffle), Unshuffle, $"from 1 to {maxUnshuffle} with {ChannelMultipliers.Count} levels");
    }

    private protected override void Describe(WeightLayout layout, int scale) => Sr3UNet.Describe(layout, "denoise_fn", this);

    /// <remarks>Attention and group normalization look at the whole image.</remarks>
    internal override NetworkTraits Traits(int scale) => new()
    {
        Scale = scale,
        NoiseSchedule = ScheduleOr(new BetaNoiseSchedule(BetaSchedule.Linear.ToBetas(TrainingSteps))),
        SignalChannels = 3,
        SignalScale = scale,
        SizeMultiple = LowResolutionUnit(scale),
        AddsToPrediction = ResidualScale is not null,
        // Pixels have a range (the authors' code clips x̂0 at every step). So has, nearly, a residual of the spread that is
        // advised: without clipping, ε̂'s error divided by the first g ≈ 0.007 would take many steps to mend.
        SignalRange = ResidualScale is null ? 1 : ResidualRange,
    };

    private protected override SuperResolutionNetwork Build(int scale) => new Sr3Network(this, scale);

    internal override NetworkGraph Graph(OnnxGraph graph, int scale) => new Sr3Graph(this, graph, scale);
}
