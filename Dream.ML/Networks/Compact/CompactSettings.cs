using System.Text.Json.Serialization;
using Dream.ML.Networks;
using Dream.ML.Networks.Compact;
using Dream.ML.Onnx;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>
/// The default network: predicts, then refines. All convolutions run at the low resolution and every operation is local,
/// so it trains in minutes on a CPU and upscales images of any size.
/// </summary>
public sealed record CompactSettings : NetworkSettings
{
    /// <summary>Channels of every layer, 8 to 512.</summary>
    /// <value>40.</value>
    public int Channels { get; init => field = InRange(value, 8, 512); } = 40;

    /// <summary>Residual blocks that read the input, 1 to 64.</summary>
    /// <value>5.</value>
    public int EncoderBlocks { get; init => field = InRange(value, 1, 64); } = 5;

    /// <summary>Residual blocks that denoise, run once per sampling step, 1 to 64.</summary>
    /// <value>3.</value>
    public int DenoiserBlocks { get; init => field = InRange(value, 1, 64); } = 3;

    /// <inheritdoc cref="NetworkTraits.ReadsMask"/>
    [JsonInclude]
    internal bool ReadsMask { get; init; }

    internal override NetworkSettings WithMask(bool readsMask) => this with { ReadsMask = readsMask };

    internal override double DefaultLearningRate => 2e-3;

    internal override int DefaultSamplingSteps => 1;

    internal override int MinSamplingSteps => 0;

    internal override bool HasBFloat16 => true;

    internal override int PatchUnit(int scale) => scale;

    private protected override void Describe(WeightLayout layout, int scale) => CompactNetwork.Describe(layout, this, scale);

    /// <remarks>
    /// Each 3×3 convolution reaches one pixel: the input's, two in a block, the output's. Interpolation reaches two, below
    /// the convolution that reads it.
    /// </remarks>
    internal override NetworkTraits Traits(int scale) => new()
    {
        Scale = scale,
        NoiseSchedule = ScheduleOr(new AngularNoiseSchedule()),
        ReadsMask = ReadsMask,
        SignalChannels = 3 * scale * scale,
        SignalScale = 1,
        FeatureChannels = Channels,
        ReceptiveField = new(
            ConditionRadius: 2 + 1 + 2 * EncoderBlocks + 1,
            StepRadius: 2 + 2 * DenoiserBlocks,
            WorkingChannels: 5 * Channels + 4 * 3 * scale * scale),
    };

    private protected override SuperResolutionNetwork Build(int scale) => new CompactNetwork(this, scale);

    internal override NetworkGraph Graph(OnnxGraph graph, int scale) => new CompactGraph(this, graph, scale);
}
