using Dream.ML.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Training;

/// <summary>One weight that scales the noisy image, and a choice of calls that fail.</summary>
sealed class StubNetwork : SuperResolutionNetwork
{
    readonly Parameter _weight = nn.Parameter(full(1, 0.5));
    readonly Func<int, bool> _fails;
    int _calls;

    internal StubNetwork(Func<int, bool>? fails = null) : base(nameof(StubNetwork), new()
    {
        Scale = 2,
        NoiseSchedule = new AngularNoiseSchedule(),
        SignalChannels = 3,
        SignalScale = 2,
        AddsToPrediction = false,
    })
    {
        _fails = fails ?? (_ => false);
        RegisterComponents();
    }

    /// <summary>The noise levels of every call.</summary>
    internal List<float[]> Levels { get; } = [];

    internal float Weight => _weight.item<float>();

    internal override Parameterization Parameterization => Parameterization.Sample;

    internal override DiffusionLoss Loss => DiffusionLoss.L2;

    internal override float SignalUnit => 1;

    internal override Condition Encode(Tensor lowResolution) => new(lowResolution.alias());

    internal override Tensor ToSignal(Tensor highResolution, Condition condition) => highResolution.alias();

    internal override Tensor Predict(Tensor noisy, Tensor noiseLevel, Condition condition)
    {
        Levels.Add([.. noiseLevel.data<float>()]);
        return noisy * _weight * (_fails(_calls++) ? double.NaN : 1);
    }
}
