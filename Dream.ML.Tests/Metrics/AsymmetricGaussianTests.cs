using Dream.ML.Metrics;

namespace Dream.ML.Tests.Metrics;

[TestClass]
public sealed class AsymmetricGaussianTests
{
    const int Count = 200_000;

    [TestMethod]
    [DataRow(0.1, 2.252712651734206)]
    [DataRow(0.5, 0.5723649429247001)] // ln √π
    [DataRow(1.0, 0.0)]
    [DataRow(5.0, 3.1780538303479458)] // ln 24
    [DataRow(15.0, 25.191221182738681)] // ln 14!
    public void The_logarithm_of_gamma_is_right(double x, double expected) =>
        Assert.AreEqual(expected, AsymmetricGaussian.LogGamma(x), 1e-10);

    [TestMethod]
    public void The_shape_and_scales_of_known_distributions_are_found()
    {
        var random = new Random(1);
        double Sign() => random.Next(2) == 0 ? -1 : 1;
        // A density exp(−|x|/β) is Laplacian with scale β; exp(−(x/β)²) is Gaussian with β = √2 σ.
        AreClose(new(1, 3, 3), [.. Samples(() => -3 * Math.Log(1 - random.NextDouble()) * Sign())]);
        AreClose(new(2, 2 * Math.Sqrt(2), 2 * Math.Sqrt(2)), [.. Samples(() => 2 * Normal(random))]);
        // A side is taken in proportion to its scale.
        AreClose(new(2, Math.Sqrt(2), 3 * Math.Sqrt(2)), [.. Samples(() =>
            random.NextDouble() < 0.25 ? -Math.Abs(Normal(random)) : 3 * Math.Abs(Normal(random)))]);
    }

    [TestMethod]
    public void The_mean_is_that_of_the_samples()
    {
        var random = new Random(2);
        double[] samples = [.. Samples(() =>
            random.NextDouble() < 0.25 ? -Math.Abs(Normal(random)) : 3 * Math.Abs(Normal(random)))];
        Assert.AreEqual(samples.Average(), AsymmetricGaussian.Fit(samples)!.Value.Mean, 0.02);
    }

    [TestMethod]
    public void Samples_of_one_sign_have_no_distribution()
    {
        Assert.IsNull(AsymmetricGaussian.Fit([0, 0, 0]));
        Assert.IsNull(AsymmetricGaussian.Fit([0, 1, 2]));
        Assert.IsNull(AsymmetricGaussian.Fit([0, -1, -2]));
    }

    static IEnumerable<double> Samples(Func<double> draw) => Enumerable.Range(0, Count).Select(_ => draw());

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    static void AreClose(AsymmetricGaussian expected, double[] samples)
    {
        var actual = AsymmetricGaussian.Fit(samples)!.Value;
        Assert.AreEqual(expected.Shape, actual.Shape, 0.02 * expected.Shape);
        Assert.AreEqual(expected.Left, actual.Left, 0.02 * expected.Left);
        Assert.AreEqual(expected.Right, actual.Right, 0.02 * expected.Right);
    }
}
