using TorchSharp;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Diffusion;

[TestClass]
public sealed class SamplersTests
{
    static readonly AngularNoiseSchedule Schedule = new();

    readonly DisposeScope _scope = NewDisposeScope();

    [TestCleanup]
    public void Free() => _scope.Dispose();

    [TestMethod]
    public void Ddim_with_full_randomness_is_ancestral_sampling()
    {
        foreach (var steps in new[] { 1, 2, 7 })
        {
            var levels = Schedule.SamplingLevels(steps);
            TensorAssert.AreClose(
                Samplers.Ancestral(Gaussian, levels, Noise), Samplers.Ddim(Gaussian, levels, Noise, eta: 1), 1e-5, $"{steps} steps");
        }
    }

    [TestMethod]
    public void The_first_step_of_DpmSolver_is_that_of_Ddim()
    {
        // With two levels the second step returns its estimate: what it was given tells what the first one made.
        var levels = Schedule.SamplingLevels(2);
        TensorAssert.AreClose(AfterFirstStep(SamplerKind.Ddim), AfterFirstStep(SamplerKind.DpmSolverPlusPlus), 1e-5);

        Tensor AfterFirstStep(SamplerKind kind)
        {
            List<Tensor> seen = [];
            Samplers.Run(kind, (y, g) =>
            {
                seen.Add(y.clone().DetachFromDisposeScope());
                return Gaussian(y, g);
            }, levels, Noise);
            return seen[1];
        }
    }

    [TestMethod]
    public void DpmSolver_comes_closer_to_the_exact_flow_than_Ddim()
    {
        // From g the flow of a Gaussian of standard deviation c keeps y over its own standard deviation, √(g²c² + s²).
        const double End = 0.999;
        double[] levels = [.. Schedule.SamplingLevels(20).TakeWhile(g => g < End), End];
        var exact = Noise(0) * Math.Sqrt(Variance(End) / Variance(levels[0]));

        var (first, second) = (Error(SamplerKind.Ddim), Error(SamplerKind.DpmSolverPlusPlus));

        Assert.IsLessThan(first / 2, second);

        double Error(SamplerKind kind)
        {
            Tensor? last = null;
            Samplers.Run(kind, (y, g) =>
            {
                last = y.clone().DetachFromDisposeScope();
                return Gaussian(y, g);
            }, levels, Noise);
            return (last! - exact).abs().mean().item<float>();
        }
    }

    [TestMethod]
    public void Ancestral_samples_of_a_Gaussian_have_its_spread()
    {
        using var generator = new Generator(2);
        var samples = Samplers.Ancestral(Gaussian, Schedule.SamplingLevels(100), _ => randn([20_000], generator: generator));
        Assert.AreEqual(Deviation, samples.std().item<float>(), 0.02);
        Assert.AreEqual(0, samples.mean().item<float>(), 0.02);
    }

    [TestMethod]
    [DataRow(SamplerKind.Ancestral, 0)]
    [DataRow(SamplerKind.Ddim, 0)]
    [DataRow(SamplerKind.Ddim, 0.5)]
    [DataRow(SamplerKind.Ddim, 1)]
    [DataRow(SamplerKind.DpmSolverPlusPlus, 0)]
    public void A_perfect_denoiser_is_believed(SamplerKind kind, double eta)
    {
        var truth = Noise(99);
        foreach (var steps in new[] { 1, 2, 5 })
        {
            var calls = 0;
            using (var result = Samplers.Run(kind, (_, _) =>
            {
                calls++;
                return truth;
            }, Schedule.SamplingLevels(steps), Noise, eta))
                TensorAssert.AreClose(truth, result);
            Assert.AreEqual(steps, calls);
        }
        Assert.IsFalse(truth.IsInvalid);
    }

    [TestMethod]
    [DataRow(SamplerKind.Ancestral)]
    [DataRow(SamplerKind.Ddim)]
    [DataRow(SamplerKind.DpmSolverPlusPlus)]
    public void Noise_that_the_caller_keeps_stays_usable(SamplerKind kind)
    {
        Tensor[] kept = [.. Enumerable.Range(0, 4).Select(Noise)];
        var levels = Schedule.SamplingLevels(3);
        TensorAssert.AreClose(
            Samplers.Run(kind, Gaussian, levels, draw => kept[draw], eta: 1), Samplers.Run(kind, Gaussian, levels, draw => kept[draw], eta: 1));
        TensorAssert.AreClose(Noise(0), kept[0]);
    }

    [TestMethod]
    [DataRow(SamplerKind.Ancestral)]
    [DataRow(SamplerKind.Ddim)]
    [DataRow(SamplerKind.DpmSolverPlusPlus)]
    public void Only_the_result_is_left(SamplerKind kind) => TensorAssert.LeavesNone(3, () =>
        Samplers.Run(kind, Gaussian, Schedule.SamplingLevels(5), Noise, eta: 1).Dispose());

    [TestMethod]
    public void A_failing_denoiser_leaves_nothing()
    {
        foreach (var kind in Enum.GetValues<SamplerKind>())
            TensorAssert.LeavesNone(3, () => Assert.ThrowsExactly<TimeoutException>(() =>
            {
                using var scope = NewDisposeScope();
                Samplers.Run(kind, (y, g) => g > 0.5 ? throw new TimeoutException() : Gaussian(y, g), Schedule.SamplingLevels(5), Noise, eta: 1);
            }));
    }

    const double Deviation = 0.5;

    static double Variance(double g) => g * g * Deviation * Deviation + 1 - g * g;

    // E[x0 | y] for x0 ~ N(0, c²): g·c²/(g²c² + s²)·y
    static Tensor Gaussian(Tensor y, double g) => y * (g * Deviation * Deviation / Variance(g));

    static Tensor Noise(int draw)
    {
        using var generator = new Generator((ulong)(draw + 7));
        return randn([2, 3, 4, 5], generator: generator);
    }
}
