using System.Globalization;

namespace Dream.ML.Tests.Diffusion;

[TestClass]
public sealed class BetaScheduleTests
{
    const string Numbers = "beta-schedules.safetensors";

    [TestMethod]
    [DataRow(BetaSchedule.Linear)]
    [DataRow(BetaSchedule.Quad)]
    [DataRow(BetaSchedule.Warmup10)]
    [DataRow(BetaSchedule.Warmup50)]
    [DataRow(BetaSchedule.Const)]
    [DataRow(BetaSchedule.Jsd)]
    [DataRow(BetaSchedule.Cosine)]
    public void The_variances_are_those_of_the_authors(BetaSchedule schedule)
    {
        var settings = Fixture.Load(Numbers).Metadata;
        var expected = Fixture.Doubles(Numbers, schedule.ToString().ToLowerInvariant());

        var betas = schedule.ToBetas((int)Setting("n_timestep"), Setting("linear_start"), Setting("linear_end"));

        Assert.HasCount(expected.Length, betas);
        for (var t = 0; t < betas.Length; t++)
            Assert.IsLessThanOrEqualTo(1e-12, Math.Abs(betas[t] / expected[t] - 1), $"β_{t + 1}: {expected[t]} expected, {betas[t]} found");

        double Setting(string name) => double.Parse(settings[name], CultureInfo.InvariantCulture);
    }

    [TestMethod]
    public void One_step_is_enough_for_every_schedule()
    {
        foreach (var schedule in Enum.GetValues<BetaSchedule>())
            Assert.HasCount(1, schedule.ToBetas(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BetaSchedule.Linear.ToBetas(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ((BetaSchedule)99).ToBetas(1));
    }
}
