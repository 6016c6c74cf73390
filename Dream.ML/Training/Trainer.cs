using System.Diagnostics;
using Dream.ML.Diffusion;
using Dream.ML.Imaging;
using Dream.ML.Networks;
using Dream.ML.Numerics;
using static TorchSharp.torch;

namespace Dream.ML.Training;

/// <summary>The training loop. It knows nothing of the network beyond <see cref="SuperResolutionNetwork"/>.</summary>
static class Trainer
{
    const int CalibrationPatches = 64;
    const int MostSkipsInARow = 10;
    const double LossSmoothing = 0.98;

    /// <summary>Trains the network in place; it ends with the averaged weights, in evaluation mode.</summary>
    /// <param name="network">Freshly made, on the device to train on.</param>
    /// <param name="images">What to train on.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="report">Called after every update.</param>
    /// <param name="cancellation">Stops before the next update.</param>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Training diverged; the message says what to change.</exception>
    internal static void Train(
        SuperResolutionNetwork network,
        TrainingImages images,
        TrainingSettings settings,
        Action<DreamTrainingMetrics> report,
        CancellationToken cancellation)
    {
        var patches = new PatchSampler(images, network.Scale, settings.PatchSize, settings.Seed);
        var rectifier = new DreamRectifier(settings.DreamPower, network.Parameterization);
        var device = network.parameters().First().device;
        using var generator = new Generator();
        using (NewDisposeScope())
        {
            var (low, high) = ToTensors(patches.Batch(-CalibrationPatches, CalibrationPatches), device);
            network.Calibrate(low, high);
        }

        using var optimizer = new AdamOptimizer(network, settings.EmaDecay);
        network.train();
        using var dropout = network.HasDropout ? new GlobalRandom() : null;
        var clock = Stopwatch.StartNew();
        var (smoothedLoss, skipped, skippedInARow) = (0.0, 0, 0);
        for (var step = 0; step < settings.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();

            // All randomness of a step follows from its number, so that a run can be taken up anywhere.
            generator.manual_seed((long)CounterRandom.Key((ulong)settings.Seed, (ulong)step));
            dropout?.Seed((long)CounterRandom.Key((ulong)settings.Seed, (ulong)step, 1));
            var batch = patches.Batch((long)step * settings.BatchSize, settings.BatchSize);
            var loss = Loss(network, rectifier, settings.Loss ?? network.Loss, ToTensors(batch, device), generator);
            loss.backward();
            var rate = LearningRateSchedule.At(step, settings.Steps, settings.LearningRate);
            var norm = optimizer.Update(rate);

            if (double.IsFinite(norm))
            {
                var share = Math.Min(LossSmoothing, (double)(step - skipped) / (step - skipped + 1));
                smoothedLoss = double.Lerp(loss.item<float>(), smoothedLoss, share);
                skippedInARow = 0;
            }
            else
            {
                skipped++;
                if (++skippedInARow == MostSkipsInARow)
                    throw new InvalidOperationException(
                        $"Training stopped at step {step}: loss or gradient was not finite {MostSkipsInARow} times in a row. Lower the learning rate (now {settings.LearningRate}).");
            }

            var (done, elapsed) = (step + 1, clock.Elapsed);
            report(new(
                done, settings.Steps, smoothedLoss, norm, rate, skipped,
                done * settings.BatchSize / elapsed.TotalSeconds, elapsed, elapsed * ((double)(settings.Steps - done) / done)));
        }

        optimizer.ApplyAverages();
        network.eval();
    }

    static Tensor Loss(
        SuperResolutionNetwork network, DreamRectifier rectifier, DiffusionLoss kind, (Tensor Low, Tensor High) batch, Generator generator)
    {
        // The condition is read once, with gradient; both passes of DREAM share it.
        var condition = network.Encode(batch.Low);
        var clean = network.ToSignal(batch.High, condition).detach();
        var level = network.NoiseSchedule.Sample(rand(clean.size(0), generator: generator).to(clean.device));
        var noise = randn(clean.shape, generator: generator).to(clean.device);

        var (input, target) = rectifier.Rectify(network, (y, g) => network.Predict(y, g, condition), clean, noise, level);
        var error = network.Predict(input, level, condition) - target;
        var loss = kind is DiffusionLoss.L1 ? error.abs().mean() : error.square().mean();
        return network.FirstGuessLoss(batch.High, condition) is { } guessLoss ? loss + guessLoss : loss;
    }

    static (Tensor Low, Tensor High) ToTensors((RgbImage[] Low, RgbImage[] High) batch, Device device) =>
        (ImageTensors.ToTensor(batch.Low, device), ImageTensors.ToTensor(batch.High, device));
}
