using Dream.ML.Diffusion;
using Dream.ML.Training;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Training;

[TestClass]
public sealed class OptimizationTests
{
    static readonly TrainingSettings Settings = TrainerTests.Settings with { Steps = 1000, LearningRate = 1 };

    [TestMethod]
    public void The_learning_rate_warms_up_and_falls_to_a_twentieth()
    {
        Assert.AreEqual(1.0 / 50, Settings.LearningRateAt(0), 1e-12);
        Assert.AreEqual(0.05, Settings.LearningRateAt(1000), 1e-12);
        Assert.AreEqual(0.05 + 0.95 / 2, Settings.LearningRateAt(500), 1e-12);
        for (var step = 1; step < 1000; step++)
            Assert.AreEqual(step < 50, Settings.LearningRateAt(step) > Settings.LearningRateAt(step - 1), $"step {step}");
        Assert.IsTrue(Enumerable.Range(0, 3).All(step => (Settings with { Steps = 3 }).LearningRateAt(step) is > 0 and <= 1));
        Assert.AreEqual(1, (Settings with { WarmupSteps = 0 }).LearningRateAt(0), 1e-12);
    }

    [TestMethod]
    public void A_constant_learning_rate_stays_after_its_warm_up()
    {
        var constant = Settings with { LearningRateDecay = LearningRateDecay.Constant, WarmupSteps = 4 };
        CollectionAssert.AreEqual(
            new[] { 0.25, 0.5, 0.75, 1, 1, 1 }, new[] { 0, 1, 2, 3, 4, 999 }.Select(constant.LearningRateAt).ToArray());
    }

    [TestMethod]
    public void A_cooldown_stays_at_the_peak_and_falls_in_a_line()
    {
        var cooldown = Settings with { LearningRateDecay = LearningRateDecay.Cooldown, CooldownShare = 0.4 };
        Assert.AreEqual(600, cooldown.DecayStart);
        foreach (var (step, rate) in new[] { (49, 1.0), (599, 1.0), (600, 1.0), (800, 0.525), (1000, 0.05) })
            Assert.AreEqual(rate, cooldown.LearningRateAt(step), 1e-12, $"step {step}");
        // Until then nothing depends on the number of updates.
        var longer = cooldown with { Steps = 2000 };
        for (var step = 0; step < 600; step++)
            Assert.AreEqual(longer.LearningRateAt(step), cooldown.LearningRateAt(step));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.3)]
    public void The_optimizer_steps_like_AdamW_and_averages_its_weights(double weightDecay)
    {
        const double Rate = 0.1;
        using var scope = NewDisposeScope();
        using var network = new StubNetwork();
        var (parameter, reference) = (network.parameters().Single(), nn.Parameter(full(1, 0.5)));
        using var expected = optim.AdamW([reference], Rate, weight_decay: weightDecay);
        using var optimizer = new AdamOptimizer(network, Settings with
        {
            LearningRate = Rate,
            LearningRateDecay = LearningRateDecay.Constant,
            WarmupSteps = 0,
            WeightDecay = weightDecay,
            EmaDecay = 0.25,
        });
        var average = 0.5;
        for (var step = 0; step < 5; step++)
        {
            // Longer than 1: the reference gets it clipped, times 1/(3·(step + 1) + 10⁻⁶).
            var gradient = 3.0 * (step + 1);
            parameter.grad = full(1, gradient);
            reference.grad = full(1, gradient / (gradient + 1e-6));

            Assert.AreEqual(gradient, optimizer.Update(step).item<float>(), 1e-6);
            expected.step();

            Assert.AreEqual(reference.item<float>(), network.Weight, 1e-6);
            Assert.IsNull(parameter.grad);
            average += (1 - Math.Min(0.25, (2.0 + step) / (11 + step))) * (network.Weight - average);
            var trained = network.Weight;
            Assert.AreEqual(average, optimizer.WithAverages(() => network.Weight), 1e-6);
            Assert.AreEqual(trained, network.Weight);
        }
        optimizer.ApplyAverages();
        Assert.AreEqual(average, network.Weight, 1e-6);
    }

    [TestMethod]
    public void The_optimizer_steps_the_same_while_garbage_is_collected()
    {
        Assert.AreEqual(WeightAfterManySteps(collects: false), WeightAfterManySteps(collects: true));

        static float WeightAfterManySteps(bool collects)
        {
            using var scope = NewDisposeScope();
            using var network = new StubNetwork();
            using var optimizer = new AdamOptimizer(network, Settings);
            using Tensor up = full(1, 0.5), down = full(1, -1.0);
            var parameter = network.parameters().Single();
            using var end = new CancellationTokenSource();
            var collecting = Task.Run(() =>
            {
                while (collects && !end.IsCancellationRequested)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }
            });
            try
            {
                for (var step = 0; step < 2000; step++)
                {
                    parameter.grad = (step % 3 == 0 ? down : up).clone();
                    optimizer.Update(step).Dispose();
                }
            }
            finally
            {
                end.Cancel();
                collecting.Wait();
            }
            return network.Weight;
        }
    }

    [TestMethod]
    public void A_parameter_that_begins_later_steps_as_one_that_begins_at_once()
    {
        Assert.AreEqual(StepsAfter(updatesWithoutGradient: 0), StepsAfter(updatesWithoutGradient: 100));

        static (float First, float Second) StepsAfter(int updatesWithoutGradient)
        {
            using var scope = NewDisposeScope();
            using var network = nn.Linear(1, 1);
            using var optimizer = new AdamOptimizer(network, Settings with { LearningRateDecay = LearningRateDecay.Constant, WarmupSteps = 0 });
            nn.init.zeros_(network.bias!);
            for (var step = 0; step < updatesWithoutGradient; step++)
                Step(network.weight);
            Assert.AreEqual(0, network.bias!.item<float>());
            return (Step(network.bias!), Step(network.bias!));

            float Step(Tensor parameter)
            {
                parameter.grad = full_like(parameter, 0.5);
                optimizer.Update(updatesWithoutGradient);
                return parameter.item<float>();
            }
        }
    }

    [TestMethod]
    public void An_infinite_clip_never_shortens()
    {
        using var network = new StubNetwork();
        using var optimizer = new AdamOptimizer(network, Settings with { GradientClip = double.PositiveInfinity });
        network.parameters().Single().grad = full(1, 1e4);
        Assert.AreEqual(1e4, optimizer.Update(0).item<float>());
        Assert.AreEqual(1e4 * 0.1, optimizer.State.Single(state => state.Name.StartsWith("adam.first/", StringComparison.Ordinal)).Tensor.item<float>(), 1e-2);
    }

    [TestMethod]
    public void Min_SNR_weighs_by_the_formula()
    {
        using var scope = NewDisposeScope();
        double[] levels = [0.02, 0.5, 0.9, 0.95, 1];
        foreach (var (parameterization, divisor) in new (Parameterization, Func<double, double>)[]
        {
            (Parameterization.Sample, _ => 1),
            (Parameterization.Epsilon, snr => snr),
            (Parameterization.Velocity, snr => snr + 1),
        })
        {
            var weights = MinSnr.Weights(ForwardProcess.VariancePreserving, parameterization, tensor(levels), gamma: 5).data<double>().ToArray();
            for (var i = 0; i < levels.Length; i++)
            {
                var snr = levels[i] * levels[i] / Math.Max(1 - levels[i] * levels[i], 1e-8);
                Assert.AreEqual(Math.Min(snr, 5) / divisor(snr), weights[i], 1e-12, $"{parameterization} at {levels[i]}");
            }
        }
    }
}
