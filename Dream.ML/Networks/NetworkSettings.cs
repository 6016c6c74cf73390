using System.Text.Json.Serialization.Metadata;
using Dream.ML.IO;
using Dream.ML.Networks;
using Dream.ML.Onnx;
using Dream.ML.Torch;
using TorchSharp;
using static Dream.ML.Core.Guard;
using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>Which network to train, and its size: <c>CompactSettings</c>, <c>ImplicitSettings</c> or <c>Sr3Settings</c>.</summary>
public abstract record NetworkSettings
{
    // libtorch initializes weights from one generator per process.
    static readonly Lock InitializationGate = new();

    private protected NetworkSettings()
    {
    }

    /// <summary>How its signal becomes noise, and back.</summary>
    /// <value><see cref="DiffusionProcess.VariancePreserving"/>.</value>
    public DiffusionProcess Process { get; init => field = Defined(value); }

    /// <summary>The noise levels: <paramref name="usual"/>, or those of the <see cref="Process"/> asked for.</summary>
    private protected NoiseSchedule ScheduleOr(NoiseSchedule usual) =>
        Process is DiffusionProcess.ResidualShifting ? new ResidualShiftSchedule() : usual;

    /// <summary>In JSON, a network is told by the name of its settings: <c>compact</c>, <c>sr3</c>.</summary>
    internal static void Name(JsonTypeInfo type)
    {
        if (type.Type != typeof(NetworkSettings))
            return;
        type.PolymorphismOptions = new() { TypeDiscriminatorPropertyName = "network" };
        foreach (var network in typeof(NetworkSettings).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(NetworkSettings))))
            type.PolymorphismOptions.DerivedTypes.Add(new(network, network.Name.Replace("Settings", "").ToLowerInvariant()));
    }

    /// <summary>The learning rate that this network trains well with.</summary>
    internal abstract double DefaultLearningRate { get; }

    /// <summary>The number of sampling steps to take unless told otherwise.</summary>
    internal abstract int DefaultSamplingSteps { get; }

    /// <summary>The smallest number of sampling steps: 0 where the network makes an initial prediction.</summary>
    internal abstract int MinSamplingSteps { get; }

    /// <summary>Whether the network makes an initial prediction.</summary>
    internal bool MakesInitialPrediction => MinSamplingSteps == 0;

    /// <summary>Whether it can be trained with 16-bit numbers.</summary>
    internal virtual bool HasBFloat16 => false;

    /// <summary>Whether one model enlarges by any factor from 1 to 8; another by its scale alone.</summary>
    internal virtual bool IsContinuous => false;

    /// <summary>Side of a training patch unless told otherwise, roughly.</summary>
    internal virtual int DefaultPatchSize => 48;

    /// <summary>The same network with a mask among its inputs or without; itself where it can read none.</summary>
    internal virtual NetworkSettings WithMask(bool readsMask) => this;

    /// <summary>What the side of a training patch must be a multiple of, in high-resolution pixels.</summary>
    internal abstract int PatchUnit(int scale);

    /// <summary>Checks the scale, and what depends on several settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message names the property, the value and the range.</exception>
    internal virtual void Validate(int scale) => InRange(scale, 1, 8, "Scale");

    /// <summary>Names and shapes of the weights, without making any.</summary>
    internal IReadOnlyDictionary<string, long[]> Layout(int scale)
    {
        var layout = new WeightLayout();
        Describe(layout, scale);
        return layout.Shapes;
    }

    private protected abstract void Describe(WeightLayout layout, int scale);

    /// <summary>What upscaling needs to know of the network.</summary>
    internal abstract NetworkTraits Traits(int scale);

    /// <summary>Makes the network with fresh weights, on the CPU unless told otherwise. It outlives whatever dispose scope the caller is in.</summary>
    internal SuperResolutionNetwork Create(int scale, Device? device = null)
    {
        using var scope = NewDisposeScope();
        var network = Build(scale);
        network.to(device ?? CPU);
        foreach (var weight in network.state_dict().Values)
            weight.DetachFromDisposeScope();
        return network;
    }

    /// <summary>The same, whose weights follow from a seed.</summary>
    internal SuperResolutionNetwork Create(int scale, Device device, int seed)
    {
        lock (InitializationGate)
        {
            using var random = new GlobalRandom().Seed(seed);
            return Create(scale, device);
        }
    }

    private protected abstract SuperResolutionNetwork Build(int scale);

    /// <summary>What computes a factor: this network, or what a continuous one is at that factor.</summary>
    /// <param name="factor">Output size over input size.</param>
    /// <param name="weights">Its weights in single precision.</param>
    internal virtual (NetworkSettings Network, IReadOnlyList<SafetensorsTensor> Weights) At(double factor, IReadOnlyList<SafetensorsTensor> weights) =>
        (this, weights);

    /// <summary>What the network computes, to be added to a graph that has its weights.</summary>
    internal abstract NetworkGraph Graph(OnnxGraph graph, int scale);
}
