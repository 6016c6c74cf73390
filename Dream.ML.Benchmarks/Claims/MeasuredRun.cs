using System.Diagnostics;
using Dream.ML.Networks;
using Dream.ML.Torch;
using Dream.ML.Training;
using Dream.ML.Training.Data;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>Trains one candidate and measures it at every checkpoint.</summary>
sealed class MeasuredRun(Protocol protocol, Candidate candidate, IPhotoSource photos, HeldOutCrops crops)
{
    const int PilotUpdates = 60;
    const int UpdatesToWarmUp = 10;

    internal List<Measurement> Measure()
    {
        var budget = protocol.Minutes is { } minutes ? (int)(60 * minutes / SecondsPerUpdate()) : protocol.Updates;
        // The last checkpoint is the end of training.
        var every = Math.Max(1, budget / protocol.Checkpoints);
        var options = candidate.Options(every * protocol.Checkpoints, protocol.Checkpoints);
        var sampling = options.SamplingOrDefault(candidate.Seed);
        List<Measurement> measured = [];
        var clock = new Stopwatch();
        Train(options, clock, network => new()
        {
            Report = _ => { },
            Validate = updates =>
            {
                clock.Stop();
                foreach (var scaling in (double[])[.. protocol.EpsilonScalings ?? [], 1])
                    foreach (var steps in protocol.SamplingSteps)
                        measured.Add(new(
                            candidate.Network, candidate.Method + (scaling == 1 ? "" : FormattableString.Invariant($" λ={scaling}")),
                            candidate.Seed, updates / every, updates, clock.Elapsed.TotalSeconds,
                            steps, crops.Measure(network, sampling with { Steps = steps, EpsilonScaling = scaling })));
                var last = measured[^1];
                Console.WriteLine(FormattableString.Invariant(
                    $"{candidate.Name}: {updates} updates, {last.Seconds / 60:0.0} min, {last.Quality.Psnr:0.00} dB in {last.SamplingSteps} steps"));
                clock.Start();
                return [new("crops", last.Quality.Psnr, last.Quality.Ssim)];
            },
        });
        return measured;
    }

    /// <summary>Times the first updates of a training that is then thrown away.</summary>
    double SecondsPerUpdate()
    {
        var clock = new Stopwatch();
        Train(candidate.Options(PilotUpdates, checkpoints: 1), clock, _ => new()
        {
            Report = metrics =>
            {
                if (metrics.Step == UpdatesToWarmUp)
                    clock.Restart();
            },
        });
        return clock.Elapsed.TotalSeconds / (PilotUpdates - UpdatesToWarmUp);
    }

    void Train(DreamSuperResolutionEstimator.Options options, Stopwatch clock, Func<SuperResolutionNetwork, TrainingHooks> hooks)
    {
        using var network = Create(options);
        using var feed = PatchDataset.Open(
            photos, options.TrainingData(candidate.Seed), default, new("training", Console.Error.WriteLine), CancellationToken.None);
        using var trainer = new Trainer(network, feed, options.TrainingOrDefault(isCpu: true), candidate.Seed, hooks(network), run: "", resumed: null, options.Pairs);
        trainer.Calibrate();
        clock.Start();
        trainer.Run(CancellationToken.None);
        clock.Stop();
    }

    SuperResolutionNetwork Create(DreamSuperResolutionEstimator.Options options)
    {
        using var random = new GlobalRandom().Seed(candidate.Seed);
        var network = options.Network.Create(options.Scale, DreamRuntime.SelectDevice(null));
        return candidate.Variant == Candidate.Perturbed ? new PerturbedNetwork(network) : network;
    }
}
