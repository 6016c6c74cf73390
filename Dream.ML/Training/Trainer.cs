using System.Diagnostics;
using Dream.ML.Core;
using Dream.ML.Diffusion;
using Dream.ML.IO;
using Dream.ML.Networks;
using Dream.ML.Torch;
using Dream.ML.Training.Data;
using static TorchSharp.torch;

namespace Dream.ML.Training;

/// <summary>The training loop. It knows nothing of the network beyond <see cref="SuperResolutionNetwork"/>.</summary>
sealed class Trainer : IDisposable
{
    const int CalibrationPatches = 64;
    const int MaxSkipsInARow = 10;
    const double LossSmoothing = 0.98;

    readonly SuperResolutionNetwork _network;
    readonly PatchDataset _dataset;
    readonly TrainingSettings _settings;
    readonly int _seed;
    readonly ContinuousPairs? _pairs;
    readonly int _scale;
    readonly TrainingHooks _hooks;
    readonly string _run;
    readonly Device _device;
    readonly Generator _generator = new();
    readonly DreamRectifier _rectifier;
    readonly AdamOptimizer _optimizer;
    readonly TimeSpan _elapsedBefore;
    readonly int _stepBefore;

    TrainingProgress _progress;
    SafetensorsFile? _best;
    int _savedStep;

    /// <summary>Prepares a run, or resumes one.</summary>
    /// <param name="network">Freshly made, on the device to train on; trained in place.</param>
    /// <param name="dataset">The patches, from the checkpoint's position on.</param>
    /// <param name="settings">How to train, nothing left open.</param>
    /// <param name="seed">Decides every random number.</param>
    /// <param name="hooks">What happens around it.</param>
    /// <param name="run">The run's settings as JSON, for checkpoints.</param>
    /// <param name="resumed">Where to resume, or <c>null</c> to begin.</param>
    /// <param name="pairs">Makes pairs of high-resolution patches, where the network is continuous.</param>
    internal Trainer(
        SuperResolutionNetwork network, PatchDataset dataset, TrainingSettings settings, int seed, TrainingHooks hooks, string run, Checkpoint? resumed,
        ContinuousPairs? pairs = null)
    {
        (_pairs, _scale) = (pairs, network.Scale);
        (_network, _dataset, _settings, _seed, _hooks, _run) = (network, dataset, settings, seed, hooks, run);
        _device = network.parameters().First().device;
        _rectifier = new(settings.DreamPower, network.Parameterization, network.Traits.NoiseSchedule.Process);
        if (resumed is not null)
            ModuleWeights.Restore(network, resumed.Parts[Checkpoint.NetworkPart]);
        _optimizer = new(network, settings);
        if (resumed is not null)
            _optimizer.Restore(resumed.Parts[Checkpoint.OptimizerPart]);
        _best = resumed?.Parts.GetValueOrDefault(Checkpoint.BestPart);
        if (_best is not null)
            ModuleWeights.RequireFit(_optimizer.Averages, _best);
        _progress = resumed?.Progress ?? new() { Position = dataset.Position };
        (_stepBefore, _savedStep, _elapsedBefore) = (_progress.Step, _progress.Step, _progress.Elapsed);
    }

    int PretrainingSteps => _settings.PretrainingSteps!.Value;

    ScalarType Precision => _settings.Precision is TrainingPrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    internal TrainingProgress Progress => _progress;

    /// <summary>Whether validation has seen no gain for so long that training ends.</summary>
    internal bool StopsEarly => _progress.ValidationsWithoutGain >= (_settings.EarlyStoppingPatience ?? int.MaxValue);

    /// <summary>Lets a fresh network measure what its units depend on.</summary>
    internal void Calibrate()
    {
        var patches = _dataset.Next(CalibrationPatches);
        foreach (var factor in _pairs is null ? [_network.Scale] : ContinuousPairs.WholeFactors)
        {
            using var scope = NewDisposeScope();
            var (low, high) = ToTensors(AtFactor(patches, factor), _device);
            _network.Calibrate(low, high);
        }
    }

    /// <summary>What the network trains on: the patches, or pairs of a factor that are made of them.</summary>
    TrainingPair[] AtFactor(TrainingPair[] patches, double factor)
    {
        if (_pairs is null)
            return patches;
        ((IContinuousNetwork)_network).Factor = factor;
        return [.. patches.Select((patch, i) => _pairs.Make(patch.High, factor, CounterRandom.Key(StepKey(2), (ulong)i)))];
    }

    /// <summary>Trains to the end. The network ends with the best weights known, in evaluation mode.</summary>
    /// <exception cref="OperationCanceledException">Training was canceled; what was reached is saved.</exception>
    /// <exception cref="InvalidOperationException">Training diverged; the message says what to change.</exception>
    /// <exception cref="InsufficientMemoryException">A step needs more memory than there is; the message says what to change.</exception>
    internal void Run(CancellationToken cancellation)
    {
        var (clock, waitedBefore) = (Stopwatch.StartNew(), _dataset.Waited);
        _network.train();
        _network.Precision = Precision;
        try
        {
            while (_progress.Step < _settings.Steps && !StopsEarly)
            {
                cancellation.ThrowIfCancellationRequested();
                if (_progress.Step == _settings.DecayStart && _progress.Step > 0)
                    _hooks.SavePlateau?.Invoke(Snapshot());
                var metrics = Measured(Step(), clock.Elapsed, _dataset.Waited - waitedBefore);
                if (IsDue(_settings.ValidationEverySteps) && _hooks.Validate is not null)
                    metrics = Validate(metrics);
                _hooks.Report(metrics);
                if (IsDue(_hooks.SaveEverySteps))
                    Save();
            }
        }
        finally
        {
            _network.eval();
            _network.Precision = ScalarType.Float32;
            // Also when canceled: nothing that was reached is lost.
            if (_progress.Step > _savedStep)
                Save();
        }

        _optimizer.ApplyAverages();
        if (_best is not null)
            ModuleWeights.Restore(_network.named_parameters().Select(p => (AdamOptimizer.AveragePrefix + p.name, (Tensor)p.parameter)), _best);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _generator.Dispose();
    }

    bool IsDue(int every) => _progress.Step % every == 0 || _progress.Step == _settings.Steps;

    // All randomness of a step follows from its number, so that a run can be resumed anywhere.
    ulong StepKey(ulong use) => CounterRandom.Key((ulong)_seed, (ulong)_progress.Step, use);

    /// <summary>One update.</summary>
    /// <returns>Length of the gradient.</returns>
    internal double Step()
    {
        try
        {
            return TryStep();
        }
        catch (Exception e) when (MemoryShortage.IsCauseOf(e))
        {
            throw new InsufficientMemoryException(
                $"{MemoryShortage.Memory(_device)} is too small for a step with BatchSize {_settings.BatchSize} and PatchSize {_settings.PatchSize}. {LessMemory()}", e);
        }
    }

    string LessMemory()
    {
        if (_settings.BatchSize == 1)
            return "Choose a smaller PatchSize or a smaller Network.";
        var parts = Enumerable.Range(2, _settings.BatchSize).First(n => _settings.BatchSize % n == 0);
        return $"BatchSize {_settings.BatchSize / parts} with GradientAccumulation {_settings.GradientAccumulation * parts} trains the same in about 1/{parts} of it.";
    }

    double TryStep()
    {
        using var scope = NewDisposeScope();
        var count = _settings.BatchSize * _settings.GradientAccumulation;
        var patches = AtFactor(_dataset.Next(count), _pairs?.Factor(StepKey(2)) ?? _network.Scale);
        var side = patches[0].Low.Width * _network.Traits.SignalScale;
        _generator.manual_seed((long)StepKey(0));
        StepRandom.Begin(StepKey(1));
        var uniform = rand(_settings.NoiseLevelPerBatch ? 1 : count, generator: _generator).expand(count);
        var noise = randn([count, _network.Traits.SignalChannels, side, side], generator: _generator);
        var level = _network.Traits.NoiseSchedule.Sample(uniform).MoveTo(_device);

        List<Tensor> results = [];
        foreach (var part in Enumerable.Range(0, _settings.GradientAccumulation))
        {
            using var partScope = NewDisposeScope();
            var range = (part * _settings.BatchSize)..((part + 1) * _settings.BatchSize);
            var (prediction, diffusion) = Losses(ToTensors(patches[range], _device), noise[range].MoveTo(_device), level[range]);
            ((prediction + diffusion) / _settings.GradientAccumulation).backward();
            results.Add(stack([prediction, diffusion]).detach().MoveToOuterDisposeScope());
        }
        var gradient = _optimizer.Update(_progress.Step);
        // The one place where the host waits for a GPU.
        var values = cat([stack(results).mean([0]), gradient.reshape(1)]).cpu().data<float>().ToArray();
        var (predictionLoss, diffusionLoss, norm) = ((double)values[0], (double)values[1], (double)values[2]);

        var good = _progress.Step - _progress.SkippedSteps;
        _progress = double.IsFinite(norm) && double.IsFinite(predictionLoss + diffusionLoss)
            ? _progress with
            {
                SmoothedPredictionLoss = Smooth(predictionLoss, _progress.SmoothedPredictionLoss, good),
                SmoothedDiffusionLoss = Smooth(diffusionLoss, _progress.SmoothedDiffusionLoss, good - PretrainingSteps),
                SkippedInARow = 0,
            }
            : _progress with { SkippedSteps = _progress.SkippedSteps + 1, SkippedInARow = _progress.SkippedInARow + 1 };
        _progress = _progress with { Step = _progress.Step + 1, Position = _dataset.Position };
        return _progress.SkippedInARow < MaxSkipsInARow ? norm : throw new InvalidOperationException(
            $"Training stopped at step {_progress.Step}: loss or gradient was not finite {MaxSkipsInARow} times in a row. Lower the learning rate (now {_settings.LearningRate}).");
    }

    static double Smooth(double loss, double before, int seen) =>
        double.Lerp(loss, before, Math.Clamp(seen / (seen + 1.0), 0, LossSmoothing));

    /// <summary>The loss of the initial prediction and that of the diffusion; one that there is not is 0.</summary>
    (Tensor Prediction, Tensor Diffusion) Losses((Tensor Low, Tensor High) batch, Tensor noise, Tensor level)
    {
        // The condition is read once, with gradient; both passes of DREAM share it.
        var condition = _network.Encode(batch.Low);
        var prediction = _network.InitialPredictionLoss(batch.High, condition) ?? zeros([], device: _device);
        if (_progress.Step < PretrainingSteps)
            return (prediction, zeros([], device: _device));
        var clean = _network.ToSignal(batch.High, condition).detach();
        var (input, target) = _rectifier.Rectify(_network, (y, g) => _network.Predict(y, g, condition), clean, noise, level);
        var error = _network.Predict(input, level, condition) - target;
        var distance = (_settings.Loss ?? _network.Loss) is DiffusionLoss.L1 ? error.abs() : error.square();
        if (_settings.MinSnrGamma is { } gamma)
            distance = distance * MinSnr.Weights(_rectifier.Process, _network.Parameterization, level, gamma).reshape(-1, 1, 1, 1);
        return (prediction, distance.mean());
    }

    DreamTrainingMetrics Measured(double norm, TimeSpan elapsed, TimeSpan waited)
    {
        _progress = _progress with { Elapsed = _elapsedBefore + elapsed };
        var (done, images) = (_progress.Step - _stepBefore, _settings.BatchSize * _settings.GradientAccumulation);
        var remaining = elapsed * ((Work(_settings.Steps) - Work(_progress.Step)) / (Work(_progress.Step) - Work(_stepBefore)));
        return new(
            _progress.Step, _settings.Steps, _progress.SmoothedPredictionLoss + _progress.SmoothedDiffusionLoss, norm, _settings.LearningRateAt(_progress.Step - 1), _progress.SkippedSteps,
            done * images / elapsed.TotalSeconds, _progress.Elapsed, remaining)
        {
            PredictionLoss = _progress.SmoothedPredictionLoss,
            DiffusionLoss = _progress.SmoothedDiffusionLoss,
            Pretraining = _progress.Step <= PretrainingSteps,
            Epoch = (int)((long)_progress.Step * images / ((long)_dataset.Photos * StreamingDataset.PatchesPerPhoto)),
            WaitingShare = waited / elapsed,
        };

        // An update of pretraining takes about half the time of another.
        double Work(int step) => step - 0.5 * Math.Min(step, PretrainingSteps);
    }

    DreamTrainingMetrics Validate(DreamTrainingMetrics metrics)
    {
        _network.eval();
        _network.Precision = ScalarType.Float32;
        if (_network is IContinuousNetwork continuous)
            continuous.Factor = _scale;
        metrics = _optimizer.WithAverages(() =>
        {
            var measured = metrics with { Validations = _hooks.Validate!(_progress.Step) };
            // What pretraining reaches does not compete: its denoiser has learnt nothing.
            if (!measured.Pretraining)
                KeepBest(measured.Validations);
            return measured;
        });
        _network.train();
        _network.Precision = Precision;
        return metrics;
    }

    void KeepBest(IReadOnlyList<ValidationScore> scores)
    {
        double?[] best = [.. Enumerable.Range(0, scores.Count).Select(set =>
            set == 0 ? _progress.BestPsnr : _progress.FurtherBestPsnr.ElementAtOrDefault(set - 1))];
        for (var set = 0; set < scores.Count; set++)
        {
            var isBetter = scores[set].Psnr > (best[set] ?? double.NegativeInfinity);
            if (set == 0)
                _progress = _progress with { ValidationsWithoutGain = isBetter ? 0 : _progress.ValidationsWithoutGain + 1 };
            if (!isBetter)
                continue;
            best[set] = scores[set].Psnr;
            _hooks.KeepBest(scores[set].Name);
            if (set == 0)
                _best = new(ModuleWeights.Collect(_optimizer.Averages));
        }
        _progress = _progress with { BestPsnr = best[0], FurtherBestPsnr = best[1..] };
    }

    void Save()
    {
        _hooks.Save?.Invoke(Snapshot());
        _savedStep = _progress.Step;
    }

    Checkpoint Snapshot()
    {
        var parts = new Dictionary<string, SafetensorsFile>
        {
            [Checkpoint.NetworkPart] = new(ModuleWeights.Collect(_network)),
            [Checkpoint.OptimizerPart] = new(ModuleWeights.Collect(_optimizer.State)),
        };
        if (_best is not null)
            parts[Checkpoint.BestPart] = _best;
        return new(_run, _progress, parts);
    }

    static (Tensor Low, Tensor High) ToTensors(TrainingPair[] batch, Device device) => (
        ImageTensors.ToTensor(Array.ConvertAll(batch, pair => pair.Low), device),
        ImageTensors.ToTensor(Array.ConvertAll(batch, pair => pair.High), device));
}
