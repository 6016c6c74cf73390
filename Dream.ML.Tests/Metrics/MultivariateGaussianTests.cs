using Dream.ML.Metrics;

namespace Dream.ML.Tests.Metrics;

[TestClass]
public sealed class MultivariateGaussianTests
{
    [TestMethod]
    public void Mean_and_covariance_are_those_of_the_samples()
    {
        var fitted = MultivariateGaussian.Fit([[1, 2], [3, 2], [2, 8]]);
        CollectionAssert.AreEqual(new double[] { 2, 4 }, fitted.Mean.Select(x => Math.Round(x, 12)).ToArray());
        CollectionAssert.AreEqual(new double[] { 1, 0, 0, 12 }, fitted.Covariance.Select(x => Math.Round(x, 12)).ToArray());
    }

    [TestMethod]
    public void Samples_that_follow_from_each_other_are_not_of_full_rank()
    {
        Assert.IsTrue(MultivariateGaussian.Fit([[1, 2], [3, 2], [2, 8]]).IsOfFullRank);
        Assert.IsFalse(MultivariateGaussian.Fit([[1, 2], [3, 2], [1, 2], [3, 2]]).IsOfFullRank);
        Assert.IsFalse(MultivariateGaussian.Fit([[1, 1], [2, 2], [0.3, 0.3]]).IsOfFullRank);
    }

    [TestMethod]
    public void The_distance_is_measured_in_the_mean_covariance()
    {
        // ((2 1; 1 2) + (0 1; 1 4))/2 = (1 1; 1 3), its inverse (3 −1; −1 1)/2; for the difference (2, −1): (12 + 4 + 1)/2.
        var first = new MultivariateGaussian([3, 1], [2, 1, 1, 2]);
        var second = new MultivariateGaussian([1, 2], [0, 1, 1, 4]);
        Assert.AreEqual(Math.Sqrt(8.5), first.Distance(second), 1e-12);
        Assert.AreEqual(Math.Sqrt(8.5), second.Distance(first), 1e-12);
        Assert.AreEqual(0, first.Distance(first));
    }
}
