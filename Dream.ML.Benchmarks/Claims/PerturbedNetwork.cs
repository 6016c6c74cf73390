using Dream.ML.Core;
using Dream.ML.Networks;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>
/// Input perturbation (Ning et al., ICML 2023, Algorithm 1): while training, the network sees y made with ε + γ·ξ, ξ ~ N(0, I), and its
/// target stays that of ε. DREAM's extra pass, in evaluation mode, sees y as it is: only what is learned from is perturbed.
/// </summary>
sealed class PerturbedNetwork : SuperResolutionNetwork
{
    const double Gamma = 0.1; // the paper's

    readonly SuperResolutionNetwork _network;
    readonly Generator _generator = new();

    internal PerturbedNetwork(SuperResolutionNetwork network) : base(nameof(PerturbedNetwork), network.Traits)
    {
        _network = network;
        RegisterComponents();
    }

    internal override Parameterization Parameterization => _network.Parameterization;

    internal override DiffusionLoss Loss => _network.Loss;

    internal override float SignalUnit => _network.SignalUnit;

    internal override void Calibrate(Tensor lowResolution, Tensor highResolution) => _network.Calibrate(lowResolution, highResolution);

    internal override Condition Encode(Tensor lowResolution)
    {
        _network.Precision = Precision;
        return _network.Encode(lowResolution);
    }

    internal override Tensor ToSignal(Tensor highResolution, Condition condition) => _network.ToSignal(highResolution, condition);

    internal override Tensor Predict(Tensor noisy, Tensor noiseLevel, Condition condition)
    {
        using var scope = NewDisposeScope();
        return _network.Predict(training ? Perturbed(noisy, noiseLevel) : noisy, noiseLevel, condition).MoveToOuterDisposeScope();
    }

    internal override Tensor? InitialPredictionLoss(Tensor highResolution, Condition condition) =>
        _network.InitialPredictionLoss(highResolution, condition);

    /// <summary>y + s·γ·ξ</summary>
    Tensor Perturbed(Tensor noisy, Tensor noiseLevel)
    {
        _generator.manual_seed((long)StepRandom.Next());
        var xi = randn(noisy.shape, generator: _generator).MoveTo(noisy.device);
        return noisy + Traits.NoiseSchedule.Process.AddNoise(zeros_like(noisy), Gamma * xi, noiseLevel);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _generator.Dispose();
        base.Dispose(disposing);
    }
}
