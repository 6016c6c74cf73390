using static TorchSharp.torch;

namespace Dream.ML.Tests.Diffusion;

[TestClass]
public sealed class NoiseScheduleTests
{
    static readonly double[] Levels = Fixture.Doubles("sr3-sampler.safetensors", "sqrt_alphas_cumprod_prev");
    static readonly BetaNoiseSchedule Schedule = new(BetaSchedule.Linear.ToBetas(20, 1e-4, 0.2));
    static readonly BetaNoiseSchedule Paper = new(BetaSchedule.Linear.ToBetas(2000));

    [TestMethod]
    public void The_levels_are_those_of_the_authors()
    {
        for (var t = 0; t <= 20; t++)
            Assert.AreEqual(Levels[t], Schedule.LevelAt(t / 20.0), 1e-12, $"level {t}");
        Assert.AreEqual(Levels[20], Schedule.TerminalLevel, 1e-12);
    }

    [TestMethod]
    public void As_many_steps_as_variances_sample_at_every_level()
    {
        var levels = Schedule.SamplingLevels(20);
        for (var i = 0; i < 20; i++)
            Assert.AreEqual(Levels[20 - i], levels[i], 1e-12, $"step {i}");
    }

    [TestMethod]
    public void Few_steps_are_spaced_quadratically()
    {
        var levels = Paper.SamplingLevels(2);
        Assert.AreEqual(Paper.TerminalLevel, levels[0], 1e-12);
        Assert.AreEqual(Paper.LevelAt(0.25), levels[1], 1e-3);
    }

    [TestMethod]
    public void Training_levels_are_uniform_between_neighboring_entries()
    {
        const int Each = 1000;
        using var scope = NewDisposeScope();
        // Numbers evenly spread over [0, 1): the same count for every t, and within a t evenly between its two levels.
        var uniform = (arange(20 * Each, ScalarType.Float64) + 0.5) / (20 * Each);

        var sampled = Schedule.Sample(uniform.to(ScalarType.Float32)).data<float>().ToArray();

        for (var t = 1; t <= 20; t++)
        {
            var (clean, noisy) = (Levels[t - 1], Levels[t]);
            for (var i = 0; i < Each; i++)
                Assert.AreEqual(double.Lerp(clean, noisy, (i + 0.5) / Each), sampled[(t - 1) * Each + i], 2e-6, $"t {t}, number {i}");
        }
    }

    [TestMethod]
    public void Training_levels_stay_within_the_schedule()
    {
        using var scope = NewDisposeScope();
        var edges = tensor([0f, MathF.BitDecrement(1)]);
        foreach (NoiseSchedule schedule in new NoiseSchedule[] { Schedule, Paper, new AngularNoiseSchedule() })
        {
            var levels = schedule.Sample(edges).data<float>().ToArray();
            Assert.AreEqual(1, levels[0], 1e-6);
            Assert.AreEqual(schedule.TerminalLevel, levels[1], 1e-6);
        }
    }

    [TestMethod]
    public void A_hundred_steps_of_the_paper_end_too_early_and_are_refused()
    {
        var cut = new BetaNoiseSchedule(BetaSchedule.Linear.ToBetas(2000)[..100]).SamplingLevels(100);
        var hundred = new BetaNoiseSchedule(BetaSchedule.Linear.ToBetas(100)).SamplingLevels(100);
        foreach (var levels in new[] { cut, hundred })
        {
            var e = Assert.ThrowsExactly<ArgumentException>(() => Paper.RequireUsable(levels));
            StringAssert.Contains(e.Message, $"Sampling would start at noise level {levels[0]:0.####}");
        }
        Assert.AreEqual(0.778, hundred[0], 1e-3);
    }

    [TestMethod]
    public void Its_own_levels_are_usable_in_any_number_of_steps()
    {
        foreach (NoiseSchedule schedule in new NoiseSchedule[] { Schedule, Paper, new AngularNoiseSchedule(), new ResidualShiftSchedule() })
            foreach (var steps in new[] { 1, 2, 3, 20, 100, 1999, 2000 })
            {
                var levels = schedule.SamplingLevels(steps);
                Assert.HasCount(steps, levels);
                Assert.AreEqual(schedule.TerminalLevel, levels[0], 1e-12);
                schedule.RequireUsable(levels);
            }
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Paper.SamplingLevels(0));
    }

    [TestMethod]
    [DataRow(new double[0])]
    [DataRow(new[] { double.NaN })]
    [DataRow(new[] { 0.02, 0.5, 0.5 })]
    [DataRow(new[] { 0.02, 0.5, 0.4 })]
    [DataRow(new[] { 0.02, double.NaN, 0.5 })]
    [DataRow(new[] { 0.02, 1 })]
    public void Levels_that_do_not_rise_towards_one_are_refused(double[] levels) =>
        Assert.ThrowsExactly<ArgumentException>(() => new AngularNoiseSchedule().RequireUsable(levels));

    [TestMethod]
    public void Angular_levels_are_evenly_spaced_in_angle()
    {
        using var scope = NewDisposeScope();
        var schedule = new AngularNoiseSchedule(0.1);
        var positions = new[] { 0, 0.25f, 0.5f, 0.75f };

        var sampled = schedule.Sample(tensor(positions)).data<float>().ToArray();

        for (var i = 0; i < positions.Length; i++)
        {
            Assert.AreEqual(Math.Cos(positions[i] * Math.Acos(0.1)), schedule.LevelAt(positions[i]), 1e-12);
            Assert.AreEqual(schedule.LevelAt(positions[i]), sampled[i], 1e-6);
        }
        Assert.AreEqual((1, 0.1), (schedule.LevelAt(0), Math.Round(schedule.LevelAt(1), 12)));
    }

    [TestMethod]
    public void The_levels_of_ResShift_are_those_of_its_authors()
    {
        using var scope = NewDisposeScope();
        var schedule = new ResidualShiftSchedule();
        // √η_1 to √η_15 of 15 steps, whose t-th lies at the position (t − 1)/14
        double[] shifts = [0.0200, 0.1172, 0.1763, 0.2336, 0.2916, 0.3510, 0.4124, 0.4759, 0.5417, 0.6099, 0.6807, 0.7540, 0.8300, 0.9086, 0.9900];
        var sampled = schedule.Sample(arange(15, ScalarType.Float32) / 14).data<float>().ToArray();
        for (var t = 0; t < 15; t++)
        {
            Assert.AreEqual(1 - shifts[t] * shifts[t], sampled[t], 2e-4, $"t {t + 1}");
            if (t > 0)
                Assert.AreEqual(sampled[t], schedule.LevelAt(t / 14.0), 1e-5);
        }
        Assert.AreEqual(1, schedule.LevelAt(0));
    }

    [TestMethod]
    public void Settings_out_of_range_are_refused()
    {
        foreach (var kappa in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ResidualShiftSchedule(kappa));
        foreach (var level in new[] { 0, 1, -0.1, double.NaN })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new AngularNoiseSchedule(level));
        foreach (var betas in new double[][] { [], [0], [1.1], [double.NaN] })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new BetaNoiseSchedule(betas));
    }
}
