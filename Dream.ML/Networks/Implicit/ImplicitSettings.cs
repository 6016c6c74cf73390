using Dream.ML.IO;
using Dream.ML.Networks;
using Dream.ML.Networks.Implicit;
using Dream.ML.Onnx;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>
/// One model for every <see cref="SamplingSettings.OutputScale"/> from 1 to 8, whole or not (after IDM, Gao et al. 2023): a
/// <see cref="CompactSettings"/> network of which the layers that depend on the scale are functions of it. At work it is a
/// Compact network of the scale asked for, and as fast. Its training takes more updates for the same quality.
/// </summary>
public sealed record ImplicitSettings : NetworkSettings
{
    internal const int MaxScale = 8;

    /// <inheritdoc cref="CompactSettings.Channels"/>
    public int Channels { get; init => field = InRange(value, 8, 512); } = 40;

    /// <inheritdoc cref="CompactSettings.EncoderBlocks"/>
    public int EncoderBlocks { get; init => field = InRange(value, 1, 64); } = 5;

    /// <inheritdoc cref="CompactSettings.DenoiserBlocks"/>
    public int DenoiserBlocks { get; init => field = InRange(value, 1, 64); } = 3;

    /// <summary>The network that it is at one scale.</summary>
    internal CompactSettings Fixed => new() { Channels = Channels, EncoderBlocks = EncoderBlocks, DenoiserBlocks = DenoiserBlocks, Process = Process };

    internal override bool IsContinuous => true;

    internal override double DefaultLearningRate => Fixed.DefaultLearningRate;

    internal override int DefaultSamplingSteps => Fixed.DefaultSamplingSteps;

    internal override int MinSamplingSteps => Fixed.MinSamplingSteps;

    internal override bool HasBFloat16 => Fixed.HasBFloat16;

    // Patches are cut for the largest scale; those of smaller ones are parts of them.
    internal override int PatchUnit(int scale) => MaxScale;

    internal override int DefaultPatchSize => 12 * MaxScale;

    internal override void Validate(int scale) => InRange(scale, 2, MaxScale, "Scale");

    private protected override void Describe(WeightLayout layout, int scale) => ImplicitNetwork.Describe(layout, this);

    internal override NetworkTraits Traits(int scale) => Fixed.Traits(scale);

    private protected override SuperResolutionNetwork Build(int scale) => new ImplicitNetwork(this, scale);

    internal override (NetworkSettings Network, IReadOnlyList<SafetensorsTensor> Weights) At(double factor, IReadOnlyList<SafetensorsTensor> weights) =>
        (Fixed, new ScaledWeights(this, weights).At(factor));

    internal override NetworkGraph Graph(OnnxGraph graph, int scale) => Fixed.Graph(graph, scale);
}
