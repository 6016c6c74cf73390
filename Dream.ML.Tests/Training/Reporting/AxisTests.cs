using Dream.ML.Training.Reporting;

namespace Dream.ML.Tests.Training.Reporting;

[TestClass]
public sealed class AxisTests
{
    [TestMethod]
    [DataRow(0.0, 20_000.0, false, "0 | 5,000 | 10,000 | 15,000 | 20,000")]
    [DataRow(28.1, 28.93, false, "28.0 | 28.2 | 28.4 | 28.6 | 28.8 | 29.0")]
    [DataRow(0.0, 2e-6, false, "0 | 5e-7 | 1e-6 | 1.5e-6 | 2e-6")]
    [DataRow(3.0, 3.0, false, "1 | 2 | 3 | 4 | 5")]
    [DataRow(0.03, 0.9, true, "0.02 | 0.05 | 0.1 | 0.2 | 0.5 | 1")]
    [DataRow(2e-5, 300.0, true, "1e-5 | 1e-4 | 0.001 | 0.01 | 0.1 | 1 | 10 | 100 | 1,000")]
    public void Ticks_are_round_and_cover_the_range(double low, double high, bool logarithmic, string labels)
    {
        var axis = new Axis(low, high, logarithmic);

        Assert.AreEqual(labels, string.Join(" | ", axis.Ticks.Select(tick => tick.Label)));
        Assert.IsLessThanOrEqualTo(low, axis.Ticks[0].Value);
        Assert.IsGreaterThanOrEqualTo(high, axis.Ticks[^1].Value);
        Assert.AreEqual(0, axis.Position(axis.Ticks[0].Value));
        Assert.AreEqual(1, axis.Position(axis.Ticks[^1].Value));
    }
}
