namespace Dream.ML.Tests.Diffusion;

[TestClass]
public sealed class SamplersTests
{
    static readonly AngularNoiseSchedule Schedule = new();
    static readonly ResidualShiftSchedule Shifting = new();

    [TestMethod]
    public void Ancestral_sampling_is_that_of_the_paper()
    {
        var levels = Schedule.SamplingLevels(7);
        for (var i = 0; i + 1 < levels.Length; i++)
        {
            // μ = √ᾱ'·β/(1−ᾱ)·x̂0 + √(ᾱ/ᾱ')·(1−ᾱ')/(1−ᾱ)·y,   σ² = (1−ᾱ')/(1−ᾱ)·β
            var (g, next) = (levels[i], levels[i + 1]);
            var (variance, nextVariance, beta) = (1 - g * g, 1 - next * next, 1 - g * g / (next * next));
            var step = new Ancestral().Step(ForwardProcess.VariancePreserving, levels, i);
            Assert.AreEqual(next * beta / variance, step.Estimate, 1e-12);
            Assert.AreEqual(g / next * nextVariance / variance, step.Signal, 1e-12);
            Assert.AreEqual(Math.Sqrt(nextVariance / variance * beta), step.Noise, 1e-12);
        }
    }

    [TestMethod]
    public void Ancestral_sampling_is_that_of_ResShift()
    {
        var levels = Shifting.SamplingLevels(7);
        for (var i = 0; i + 1 < levels.Length; i++)
        {
            // μ = η'/η·x_t + α/η·x̂0 with α = η − η', σ² = κ²·η'/η·α (Yue et al. 2023, Eq. 6); the same holds for what x adds to y.
            var (eta, next) = (1 - levels[i], 1 - levels[i + 1]);
            var step = new Ancestral().Step(Shifting.Process, levels, i);
            Assert.AreEqual(next / eta, step.Signal, 1e-12);
            Assert.AreEqual((eta - next) / eta, step.Estimate, 1e-12);
            Assert.AreEqual(2 * Math.Sqrt(next / eta * (eta - next)), step.Noise, 1e-12);
        }
    }

    [TestMethod]
    public void Ddim_of_ResShift_is_that_of_SinSR()
    {
        var levels = Shifting.SamplingLevels(7);
        for (var i = 0; i + 1 < levels.Length; i++)
        {
            // x' = k·x̂0 + m·x + j·y, m = √(η'/η), k = 1 − η' + √(η'·η) − m (Wang et al. 2024); without y, as what x adds to it.
            var (eta, next) = (1 - levels[i], 1 - levels[i + 1]);
            var step = new Ddim().Step(Shifting.Process, levels, i);
            Assert.AreEqual(Math.Sqrt(next / eta), step.Signal, 1e-12);
            Assert.AreEqual(1 - next + Math.Sqrt(next * eta) - Math.Sqrt(next / eta), step.Estimate, 1e-12);
        }
    }

    [TestMethod]
    public void The_first_step_of_DpmSolver_is_that_of_Ddim()
    {
        var levels = Schedule.SamplingLevels(2);
        var (ddim, solver) = (new Ddim().Step(ForwardProcess.VariancePreserving, levels, 0), new DpmSolverPlusPlus().Step(ForwardProcess.VariancePreserving, levels, 0));
        Assert.AreEqual(ddim.Signal, solver.Signal, 1e-12);
        Assert.AreEqual(ddim.Estimate, solver.Estimate, 1e-12);
        Assert.AreEqual((0, 0), (solver.PreviousEstimate, solver.Noise));
    }

    [TestMethod]
    public void DpmSolver_comes_closer_to_the_exact_flow_than_Ddim()
    {
        // From g the flow of a Gaussian of standard deviation c keeps y over its own standard deviation, √(g²c² + s²).
        const double End = 0.999;
        double[] levels = [.. Schedule.SamplingLevels(20).TakeWhile(g => g < End), End];
        var exact = Array.ConvertAll(Noise(0), y => y * Math.Sqrt(Variance(End) / Variance(levels[0])));

        Assert.IsLessThan(Error(new Ddim()) / 2, Error(new DpmSolverPlusPlus()));

        double Error(Sampler sampler)
        {
            double[] last = [];
            Run(sampler, (y, g) => Gaussian(Schedule.Process, last = y, g), Schedule.Process, levels, Noise);
            return last.Zip(exact, (a, b) => Math.Abs(a - b)).Average();
        }
    }

    [TestMethod]
    public void Ancestral_samples_of_a_Gaussian_have_its_spread()
    {
        foreach (NoiseSchedule schedule in new NoiseSchedule[] { Schedule, Shifting })
        {
            var samples = Run(new Ancestral(), (y, g) => Gaussian(schedule.Process, y, g), schedule, 100, draw => Noise(draw, 20_000));
            Assert.AreEqual(Deviation, Math.Sqrt(samples.Average(x => x * x)), 0.02, $"{schedule}");
            Assert.AreEqual(0, samples.Average(), 0.02, $"{schedule}");
        }
    }

    [TestMethod]
    [DataRow("Ancestral")]
    [DataRow("Ddim")]
    [DataRow("Ddim(0.5)")]
    [DataRow("Ddim(1)")]
    [DataRow("DpmSolverPlusPlus")]
    public void A_perfect_denoiser_is_believed(string sampler)
    {
        var truth = Noise(99);
        foreach (NoiseSchedule schedule in new NoiseSchedule[] { Schedule, Shifting })
            foreach (var steps in new[] { 1, 2, 5 })
                AreClose(truth, Run(Sampler.Parse(sampler), (_, _) => truth, schedule, steps, Noise));
    }

    [TestMethod]
    public void A_sampler_is_its_text()
    {
        Sampler[] samplers = [new Ancestral(), new Ddim(), new Ddim(0.25), new Ddim(1), new DpmSolverPlusPlus()];
        foreach (var sampler in samplers)
        {
            Assert.AreEqual(sampler, Sampler.Parse($"{sampler}"));
        }
        Assert.AreEqual("Ddim(0.25)", $"{new Ddim(0.25)}");
        Assert.AreEqual(new Ddim(), Sampler.Parse("ddim"));
        CollectionAssert.AreEqual(new[] { "Ancestral", "Ddim", "DpmSolverPlusPlus" }, Sampler.Names.ToArray());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Euler")]
    [DataRow("Ddim(")]
    [DataRow("Ddim)")]
    [DataRow("Ddim(a)")]
    [DataRow("Ddim()")]
    [DataRow("Ancestral(1)")]
    public void What_is_no_sampler_is_refused_with_what_there_is(string text) =>
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Sampler.Parse(text)).Message, "there are Ancestral, Ddim, DpmSolverPlusPlus");

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.1)]
    [DataRow(double.NaN)]
    public void Randomness_has_a_range(double eta)
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Ddim(eta)).Message, "Eta must be in [0, 1]");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Sampler.Parse(FormattableString.Invariant($"Ddim({eta})"))).Message, "Eta must be in [0, 1]");
    }

    const double Deviation = 0.5;

    static double Variance(double g) => g * g * Deviation * Deviation + 1 - g * g;

    // E[x0 | y] for x0 ~ N(0, c²): a·c²/(a²c² + s²)·y
    static double[] Gaussian(ForwardProcess process, double[] y, double level)
    {
        var (a, s) = process.Coefficients(level);
        return Array.ConvertAll(y, value => value * (a * Deviation * Deviation / (a * a * Deviation * Deviation + s * s)));
    }

    static double[] Noise(int draw) => Noise(draw, count: 120);

    static double[] Noise(int draw, int count)
    {
        var random = new Random(draw + 7);
        return [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }

    /// <summary>What the engine does, in double precision.</summary>
    static double[] Run(
        Sampler sampler, Func<double[], double, double[]> denoise, NoiseSchedule schedule, int steps, Func<int, double[]> noise) =>
        Run(sampler, denoise, schedule.Process, schedule.SamplingLevels(steps), noise);

    static double[] Run(
        Sampler sampler, Func<double[], double, double[]> denoise, ForwardProcess process, double[] levels, Func<int, double[]> noise)
    {
        var (y, before) = (Array.ConvertAll(noise(0), z => process.MaxNoise * z), new double[noise(0).Length]);
        for (var i = 0; i + 1 < levels.Length; i++)
        {
            var (clean, step, fresh) = (denoise(y, levels[i]), sampler.Step(process, levels, i), noise(i + 1));
            y = [.. y.Select((value, k) =>
                step.Signal * value + step.Estimate * clean[k] + step.PreviousEstimate * before[k] + step.Noise * fresh[k])];
            before = clean;
        }
        return denoise(y, levels[^1]);
    }

    static void AreClose(double[] expected, double[] actual)
    {
        foreach (var (e, a) in expected.Zip(actual))
            Assert.AreEqual(e, a, 1e-9);
    }
}
