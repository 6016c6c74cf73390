using Dream.ML.Imaging;
using Dream.ML.Networks;
using Dream.ML.Serialization;
using Dream.ML.Tests.Networks;
using Dream.ML.Training;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Training;

[TestClass]
public sealed class TrainerTests
{
    static readonly TrainingSettings Settings = new()
    {
        Steps = 60,
        BatchSize = 2,
        PatchSize = 16,
        LearningRate = 5e-3,
        EmaDecay = 0.9,
        DreamPower = 1,
        Loss = null,
        Seed = 1,
    };

    [TestMethod]
    public void Training_lowers_the_loss()
    {
        List<DreamTrainingMetrics> seen = [];
        using var network = Tiny.Random(Tiny.Compact, 2);

        Train(network, Settings, seen.Add);

        Assert.IsLessThan(0.7 * seen[0].Loss, seen[^1].Loss);
        CollectionAssert.AreEqual(Enumerable.Range(1, 60).ToArray(), seen.Select(metrics => metrics.Step).ToArray());
        Assert.IsTrue(seen.All(m => m is { Steps: 60, SkippedSteps: 0, GradientNorm: > 0, ImagesPerSecond: > 0, LearningRate: > 0 }));
        Assert.AreEqual(TimeSpan.Zero, seen[^1].Remaining);
        Assert.IsFalse(network.training);
    }

    [TestMethod]
    public void The_seed_decides_every_bit()
    {
        foreach (NetworkSettings network in new NetworkSettings[] { Tiny.Compact, Tiny.Sr3 })
        {
            var settings = Settings with { Steps = 3 };
            var first = Weights(settings);
            manual_seed(99);
            Assert.IsTrue(first.AsSpan().SequenceEqual(Weights(settings)), $"{network}");
            Assert.IsFalse(first.AsSpan().SequenceEqual(Weights(settings with { Seed = 2 })), $"{network}");

            byte[] Weights(TrainingSettings settings)
            {
                using var trained = Tiny.Random(network, 2);
                Train(trained, settings);
                return [.. ModuleWeights.Collect(trained).SelectMany(tensor => tensor.Data)];
            }
        }
    }

    [TestMethod]
    public void The_random_numbers_of_the_application_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        foreach (NetworkSettings settings in new NetworkSettings[] { Tiny.Compact, Tiny.Sr3 })
        {
            using var network = Tiny.Random(settings, 2);
            manual_seed(7);
            var expected = rand(5);
            manual_seed(7);

            Train(network, Settings with { Steps = 2 });

            TensorAssert.AreClose(expected, rand(5), message: $"{settings}");
        }
    }

    [TestMethod]
    public void Steps_leave_no_tensors()
    {
        List<long> counts = [];
        using var network = Tiny.Random(Tiny.Compact, 2);

        Train(network, Settings, _ => counts.Add(Tensor.TotalCount));

        Assert.IsLessThanOrEqualTo(counts[5], counts[55]);
        TensorAssert.LeavesNone(2, () => Train(network, Settings with { Steps = 2 }));
    }

    [TestMethod]
    public void A_step_that_is_not_finite_is_skipped()
    {
        List<DreamTrainingMetrics> seen = [];
        using var network = new StubNetwork(call => call is 3 or 4 or 7);
        List<float> weights = [];

        Train(network, Standard with { Steps = 12 }, metrics =>
        {
            seen.Add(metrics);
            weights.Add(network.Weight);
        });

        CollectionAssert.AreEqual(new[] { 0, 0, 0, 1, 2, 2, 2, 3, 3, 3, 3, 3 }, seen.Select(metrics => metrics.SkippedSteps).ToArray());
        for (var step = 1; step < 12; step++)
            Assert.AreEqual(step is 3 or 4 or 7, weights[step] == weights[step - 1], $"step {step}");
        Assert.IsTrue(seen.All(metrics => double.IsFinite(metrics.Loss)));
        Assert.IsTrue(float.IsFinite(network.Weight));
    }

    [TestMethod]
    public void Ten_failures_in_a_row_stop_training_in_words()
    {
        var steps = 0;
        using var network = new StubNetwork(call => call >= 3);
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => Train(network, Standard, _ => steps++));
        StringAssert.Contains(e.Message, "not finite 10 times in a row. Lower the learning rate (now 0.005)");
        Assert.AreEqual(3 + 9, steps);

        using var recovering = new StubNetwork(call => call % 10 > 0);
        Train(recovering, Standard);
    }

    [TestMethod]
    public void Cancellation_stops_before_the_next_step()
    {
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        using var network = new StubNetwork();
        Assert.ThrowsExactly<OperationCanceledException>(() => Train(network, Settings, _ =>
        {
            if (++steps == 3)
                cancellation.Cancel();
        }, cancellation.Token));
        Assert.AreEqual(3, steps);
    }

    [TestMethod]
    public void The_learning_rate_warms_up_and_falls_to_a_twentieth()
    {
        Assert.AreEqual(2.0 / 50, LearningRateSchedule.At(0, 1000, 2), 1e-12);
        Assert.AreEqual(2 * 0.05, LearningRateSchedule.At(1000, 1000, 2), 1e-12);
        Assert.AreEqual(2 * (0.05 + 0.95 / 2), LearningRateSchedule.At(500, 1000, 2), 1e-12);
        for (var step = 1; step < 1000; step++)
            Assert.AreEqual(step < 50, LearningRateSchedule.At(step, 1000, 2) > LearningRateSchedule.At(step - 1, 1000, 2), $"step {step}");
        Assert.IsTrue(Enumerable.Range(0, 3).All(step => LearningRateSchedule.At(step, 3, 2) is > 0 and <= 2));
    }

    [TestMethod]
    public void The_optimizer_steps_like_Adam_and_averages_its_weights()
    {
        const double Rate = 0.1;
        using var scope = NewDisposeScope();
        using var network = new StubNetwork();
        var (parameter, reference) = (network.parameters().Single(), nn.Parameter(full(1, 0.5)));
        using var expected = optim.Adam([reference], Rate);
        using var optimizer = new AdamOptimizer(network, emaDecay: 0.15);
        var average = 0.5;
        for (var step = 1; step <= 5; step++)
        {
            // Longer than 1: the reference gets it clipped, times 1/(3·step + 10⁻⁶).
            var gradient = 3.0 * step;
            parameter.grad!.fill_(gradient);
            reference.grad = full(1, gradient / (gradient + 1e-6));

            Assert.AreEqual(gradient, optimizer.Update(Rate), 1e-6);
            expected.step();

            Assert.AreEqual(reference.item<float>(), network.Weight, 1e-6);
            Assert.AreEqual(0, parameter.grad!.item<float>());
            average += (1 - Math.Min(0.15, (1.0 + step) / (10 + step))) * (network.Weight - average);
        }
        optimizer.ApplyAverages();
        Assert.AreEqual(average, network.Weight, 1e-6);
    }

    // One run of the network a step.
    static TrainingSettings Standard => Settings with { DreamPower = double.PositiveInfinity };

    static void Train(
        SuperResolutionNetwork network, TrainingSettings settings, Action<DreamTrainingMetrics>? report = null, CancellationToken cancellation = default) =>
        Trainer.Train(network, TrainingImages.Collect(Photos(), network.Scale, settings.PatchSize, 1, Assert.Fail), settings, report ?? (_ => { }), cancellation);

    static IEnumerable<(string, RgbImage)> Photos() =>
        [("a", BicubicResampler.Resize(TestImages.Noise(9, 8), 30, 24)), ("b", BicubicResampler.Resize(TestImages.Noise(6, 7, seed: 2), 20, 21))];
}
