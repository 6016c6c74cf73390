using Dream.ML.Imaging;

namespace Dream.ML.Tests.Metrics;

[TestClass]
public sealed class MultiScaleStructuralSimilarityTests
{
    const double C1 = 2.55 * 2.55;
    const double C2 = 7.65 * 7.65;

    [TestMethod]
    public void Equal_images_are_perfect()
    {
        var noise = TestImages.Noise(180, 176);
        Assert.AreEqual(1, MultiScaleStructuralSimilarity.TryCompute(noise, noise)!.Value, 1e-12);
    }

    [TestMethod]
    public void Brightness_counts_at_the_coarsest_scale_only()
    {
        var luminance = (2 * 100 * 160 + C1) / (100 * 100 + 160 * 160 + C1);
        Assert.AreEqual(
            Math.Pow(luminance, 0.1333),
            MultiScaleStructuralSimilarity.TryCompute(Checkers(100, 0), Checkers(160, 0))!.Value, 1e-9);
    }

    [TestMethod]
    public void A_contrast_that_halving_removes_counts_at_the_finest_scale_only()
    {
        var contrast = (2 * 40 * 20 + C2) / (40 * 40 + 20 * 20 + C2);
        Assert.AreEqual(
            Math.Pow(contrast, 0.0448),
            MultiScaleStructuralSimilarity.TryCompute(Checkers(128, 40), Checkers(128, 20))!.Value, 1e-6);
    }

    [TestMethod]
    public void Opposite_structure_counts_as_nothing() =>
        Assert.AreEqual(0, MultiScaleStructuralSimilarity.TryCompute(Checkers(128, 40), Checkers(128, -40)));

    [TestMethod]
    public void Sides_shorter_than_176_pixels_after_cropping_are_refused()
    {
        using var image = MLImagePixels.Write(TestImages.Noise(200, 183));

        Assert.AreEqual(1, MultiScaleStructuralSimilarity.Compute(image, image, MetricConvention.Benchmark(3)), 1e-12);
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => MultiScaleStructuralSimilarity.Compute(image, image, MetricConvention.Benchmark(4)));
        StringAssert.Contains(error.Message, "176");
        StringAssert.Contains(error.Message, "200×183");
    }

    static RgbImage Checkers(int level, int contrast) => new(176, 176,
        [.. Enumerable.Range(0, 176 * 176 * 3).Select(i =>
            (byte)(level + ((i / 3 % 176 + i / 3 / 176) % 2 == 0 ? contrast : -contrast)))]);
}
