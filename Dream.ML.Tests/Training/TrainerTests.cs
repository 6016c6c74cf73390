using System.Runtime.InteropServices;
using Dream.ML.Imaging;
using Dream.ML.Networks;
using Dream.ML.Tests.Networks;
using Dream.ML.Tests.Training.Data;
using Dream.ML.Torch;
using Dream.ML.Training;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Training;

[TestClass]
public sealed class TrainerTests
{
    internal static readonly TrainingSettings Settings = new()
    {
        Steps = 60,
        PretrainingSteps = 0,
        Precision = TrainingPrecision.Float32,
        BatchSize = 2,
        PatchSize = 16,
        LearningRate = 5e-3,
        EmaDecay = 0.9,
        ValidationEverySteps = 5,
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
            Assert.IsFalse(first.AsSpan().SequenceEqual(Weights(settings, seed: 2)), $"{network}");

            byte[] Weights(TrainingSettings settings, int seed = 1)
            {
                using var trained = Tiny.Random(network, 2);
                Train(trained, settings, seed: seed);
                return Bytes(trained);
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
    [DataRow(8, 1, "BatchSize 4 with GradientAccumulation 2 trains the same in about 1/2 of it.")]
    [DataRow(9, 2, "BatchSize 3 with GradientAccumulation 6 trains the same in about 1/3 of it.")]
    [DataRow(1, 1, "Choose a smaller PatchSize or a smaller Network.")]
    public void Too_little_memory_is_an_error_that_says_what_would_fit(int batchSize, int accumulation, string cure)
    {
        var steps = 0;
        var original = new ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB.");
        using var network = new StubNetwork(call => call < 3 * accumulation ? false : throw original);
        var e = Assert.ThrowsExactly<InsufficientMemoryException>(() => Train(
            network, Standard with { BatchSize = batchSize, GradientAccumulation = accumulation }, _ => steps++));
        Assert.AreEqual($"The memory that this process may use is too small for a step with BatchSize {batchSize} and PatchSize 16. {cure}", e.Message);
        Assert.AreSame(original, e.InnerException);
        Assert.AreEqual(3, steps);
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
    [DataRow(true, DisplayName = "L1")]
    [DataRow(false, DisplayName = "L2")]
    public void Gathering_batches_is_one_large_batch(bool l1)
    {
        var whole = Standard with { Steps = 4, BatchSize = 6, Loss = l1 ? DiffusionLoss.L1 : DiffusionLoss.L2, MinSnrGamma = 5, DreamPower = 1 };
        var (expectedLosses, expected) = Run(whole);
        var (losses, actual) = Run(whole with { BatchSize = 2, GradientAccumulation = 3 });
        for (var i = 0; i < 4; i++)
            Assert.AreEqual(expectedLosses[i], losses[i], 1e-5, $"step {i}");
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5f, $"weight {i}");

        static (double[] Losses, float[] Weights) Run(TrainingSettings settings)
        {
            List<double> losses = [];
            using var network = Tiny.Random(Tiny.Compact, 2);
            Train(network, settings, metrics => losses.Add(metrics.Loss));
            return ([.. losses], [.. network.parameters().SelectMany(parameter => parameter.data<float>())]);
        }
    }

    [TestMethod]
    public void A_level_for_all_patches_of_an_update_is_one_level()
    {
        using var each = new StubNetwork();
        Train(each, Standard with { Steps = 3, BatchSize = 4 });
        Assert.IsTrue(each.Levels.All(levels => levels.Distinct().Count() == 4));
        using var shared = new StubNetwork();
        Train(shared, Standard with { Steps = 3, BatchSize = 2, GradientAccumulation = 2, NoiseLevelPerBatch = true });
        Assert.HasCount(6, shared.Levels);
        Assert.IsTrue(shared.Levels.Chunk(2).All(update => update.SelectMany(levels => levels).Distinct().Count() == 1));
        Assert.HasCount(3, shared.Levels.Select(levels => levels[0]).Distinct());
    }

    [TestMethod]
    public void The_last_good_weights_outlive_a_run_that_diverges()
    {
        float good = 0;
        Checkpoint? saved = null;
        using var network = new StubNetwork(call => call >= 3);
        Assert.ThrowsExactly<InvalidOperationException>(() => Train(network, Standard, metrics =>
        {
            if (metrics.SkippedSteps == 0)
                good = network.Weight;
        }, save: checkpoint => saved = checkpoint));
        Assert.AreEqual(good, network.Weight);
        Assert.AreEqual(good, BitConverter.ToSingle(saved!.Parts["network"].Tensors.Single().Value.Data));
        Assert.AreEqual(10, saved.Progress.SkippedSteps);
    }

    [TestMethod]
    public void The_weights_of_the_best_validation_are_kept()
    {
        List<byte[]> seen = [];
        using var network = Tiny.Random(Tiny.Compact, 2);
        Train(network, Settings with { Steps = 17 }, validate: step =>
        {
            Assert.IsFalse(network.training);
            seen.Add(Bytes(network));
            return (step == 10 ? 30 : 20, 0.5);
        });
        Assert.HasCount(4, seen, "after steps 5, 10, 15 and the last");
        CollectionAssert.AreEqual(seen[1], Bytes(network));
    }

    [TestMethod]
    public void Sixteen_bits_train_to_about_the_weights_of_32_and_leave_32_behind()
    {
        using var exact = Tiny.Random(Tiny.Compact, 2);
        using var half = Tiny.Random(Tiny.Compact, 2);
        List<ScalarType> validated = [];
        Train(exact, Settings);
        Train(half, Settings with { Precision = TrainingPrecision.BFloat16 }, validate: step =>
        {
            validated.Add(half.Precision);
            return (step, 0.5);
        });

        Assert.IsTrue(validated.All(precision => precision == ScalarType.Float32));
        Assert.AreEqual(ScalarType.Float32, half.Precision);
        CollectionAssert.AreNotEqual(Bytes(exact), Bytes(half));
        using var scope = NewDisposeScope();
        using var fresh = Tiny.Random(Tiny.Compact, 2);
        var (moved, apart) = (Distance(fresh, exact), Distance(half, exact));
        Assert.IsLessThan(moved / 5, apart);

        static double Distance(SuperResolutionNetwork a, SuperResolutionNetwork b) =>
            Math.Sqrt(a.parameters().Zip(b.parameters()).Sum(pair => (pair.First - pair.Second).square().sum().item<float>()));
    }

    [TestMethod]
    public void Pretraining_teaches_the_first_guess_alone_and_full_training_both()
    {
        List<(float[] Guess, float[] Denoiser)> seen = [];
        using var network = Tiny.Random(Tiny.Compact, 2);
        seen.Add(Weights());
        Train(network, Settings with { Steps = 7, PretrainingSteps = 3 }, _ => seen.Add(Weights()));
        for (var step = 1; step <= 6; step++) // the seventh is followed by the averages
        {
            CollectionAssert.AreNotEqual(seen[step - 1].Guess, seen[step].Guess, $"step {step}");
            Assert.AreEqual(step <= 3, seen[step - 1].Denoiser.AsSpan().SequenceEqual(seen[step].Denoiser), $"step {step}");
        }

        (float[], float[]) Weights() => (Of(name => !IsDenoisers(name)), Of(IsDenoisers));

        float[] Of(Func<string, bool> chosen) =>
            [.. network.named_parameters().Where(named => chosen(named.name)).SelectMany(named => named.parameter.data<float>())];

        static bool IsDenoisers(string name) => name.StartsWith("denoiser", StringComparison.Ordinal) || name.StartsWith("noise_level", StringComparison.Ordinal);
    }

    [TestMethod]
    public void What_pretraining_reaches_does_not_compete_with_what_follows()
    {
        List<byte[]> seen = [];
        List<int> validated = [];
        using var network = Tiny.Random(Tiny.Compact, 2);
        Train(
            network, Settings with { Steps = 30, PretrainingSteps = 15, EarlyStoppingPatience = 1 },
            metrics => { if (metrics.ValidationPsnr is not null) validated.Add(metrics.Step); },
            validate: step =>
            {
                seen.Add(Bytes(network));
                return (40 - step, 0.5);
            });
        CollectionAssert.AreEqual(new[] { 5, 10, 15, 20, 25 }, validated);
        CollectionAssert.AreEqual(seen[3], Bytes(network));
    }

    [TestMethod]
    public void The_time_left_counts_an_update_of_pretraining_as_half_another()
    {
        List<DreamTrainingMetrics> seen = [];
        using var network = Tiny.Random(Tiny.Compact, 2);
        Train(network, Settings with { Steps = 4, PretrainingSteps = 2 }, seen.Add);
        foreach (var (expected, metrics) in new[] { 2.5 / 0.5, 2 / 1.0, 1 / 2.0, 0 }.Zip(seen))
            Assert.AreEqual(expected, metrics.Remaining / metrics.Elapsed, 1e-3);
        CollectionAssert.AreEqual(new[] { true, true, false, false }, seen.Select(metrics => metrics.Pretraining).ToArray());
    }

    [TestMethod]
    public void Validation_leaves_no_trace_in_the_weights()
    {
        using var plain = Tiny.Random(Tiny.Sr3, 2);
        Train(plain, Settings with { Steps = 6 });
        using var validated = Tiny.Random(Tiny.Sr3, 2);
        Train(validated, Settings with { Steps = 6, ValidationEverySteps = 1 }, validate: step => (step, 0.5));
        CollectionAssert.AreEqual(Bytes(plain), Bytes(validated));
    }

    [TestMethod]
    public void Training_stops_early_when_validation_gains_no_more()
    {
        List<DreamTrainingMetrics> seen = [];
        using var network = new StubNetwork();
        Train(network, Settings with { EarlyStoppingPatience = 2 }, seen.Add, validate: step => (double.PositiveInfinity, 1), save: RoundTrip);
        Assert.AreEqual(15, seen[^1].Step);
        CollectionAssert.AreEqual(new[] { 5, 10, 15 }, seen.Where(metrics => metrics.ValidationPsnr is not null).Select(metrics => metrics.Step).ToArray());
        StringAssert.Contains(seen[^1].ToString(), "validation ");

        static void RoundTrip(Checkpoint checkpoint)
        {
            var stream = new MemoryStream();
            checkpoint.Write(stream);
            stream.Position = 0;
            Assert.AreEqual(KillTests.Text(checkpoint.Progress), KillTests.Text(Checkpoint.Read(stream).Progress));
        }
    }

    [TestMethod]
    public void Whatever_ends_training_every_step_reached_is_saved_once()
    {
        foreach (var every in new[] { 1, 2, 3, 100 })
            foreach (var fails in new[] { true, false })
            {
                List<int> saved = [];
                using var network = new StubNetwork();
                void Run() => Train(
                    network, Settings with { Steps = 6 },
                    metrics => { if (fails && metrics.Step == 6) throw new NotSupportedException(); },
                    save: checkpoint => saved.Add(checkpoint.Progress.Step), saveEvery: every);
                if (fails)
                    Assert.ThrowsExactly<NotSupportedException>(Run);
                else
                    Run();
                CollectionAssert.AreEqual(Enumerable.Range(1, 6).Where(step => step % every == 0 || step == 6).ToArray(), saved, $"every {every}");
            }
    }

    // One run of the network a step.
    static TrainingSettings Standard => Settings with { DreamPower = double.PositiveInfinity };

    static void Train(
        SuperResolutionNetwork network, TrainingSettings settings, Action<DreamTrainingMetrics>? report = null, CancellationToken cancellation = default,
        Func<int, (double, double)>? validate = null, Action<Checkpoint>? save = null, int saveEvery = int.MaxValue, int seed = 1)
    {
        var photos = new[] { BicubicResampler.Resize(TestImages.Noise(9, 8), 30, 24), BicubicResampler.Resize(TestImages.Noise(6, 7, seed: 2), 20, 21) };
        using var feed = MadePhotos.Hold(photos, MadePhotos.Settings(network.Scale, settings.PatchSize!.Value, long.MaxValue));
        var hooks = new TrainingHooks { Report = report ?? (_ => { }), Validate = validate is null ? null : step => validate(step) is var (psnr, ssim) ? [new("validation", psnr, ssim)] : [], Save = save, SaveEverySteps = saveEvery };
        using var trainer = new Trainer(network, feed, settings, seed, hooks, "{}", resumed: null);
        trainer.Run(cancellation);
    }

    static byte[] Bytes(SuperResolutionNetwork network) => [.. ModuleWeights.Collect(network).SelectMany(tensor => tensor.Data)];
}
