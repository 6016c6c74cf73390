using Dream.ML.Networks;
using Dream.ML.Training;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>Training on the CPU, one step at a time: all that <c>Fit</c> does for a step beside cutting patches and reporting.</summary>
sealed class TrainingRun : IDisposable
{
    readonly SuperResolutionNetwork _network;
    readonly RepeatedPatches _feed;
    readonly Trainer _trainer;

    internal TrainingRun(DreamSuperResolutionEstimator.Options options)
    {
        var settings = options.TrainingOrDefault(isCpu: true);
        _network = options.Network.Create(options.Scale);
        _feed = new(options.Scale, settings.PatchSize!.Value);
        _trainer = new(_network, _feed, settings, seed: 1, new() { Report = _ => { } }, run: "{}", resumed: null);
        _trainer.Calibrate();
        _network.train();
    }

    internal long Parameters => _network.parameters().Sum(parameter => parameter.numel());

    internal void Step() => _trainer.Step();

    public void Dispose()
    {
        _trainer.Dispose();
        _feed.Dispose();
        _network.Dispose();
    }
}
