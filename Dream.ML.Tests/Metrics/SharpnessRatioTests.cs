namespace Dream.ML.Tests.Metrics;

[TestClass]
public sealed class SharpnessRatioTests
{
    // 3×2 pixels, rows 0 10 0 and 0 0 20: across 10 + 10 + 0 + 20, down 0 + 10 + 20.
    static readonly RgbImage Reference = Gray(0, 10, 0, 0, 0, 20);

    [TestMethod]
    public void The_ratio_is_that_of_absolute_differences_of_neighbors()
    {
        // 1 2 5 and 1 1 1: across 1 + 3, down 0 + 1 + 4
        Assert.AreEqual(9.0 / 70, SharpnessRatio.Compute(Gray(1, 2, 5, 1, 1, 1), Reference), 1e-12);
        Assert.AreEqual(2, SharpnessRatio.Compute(Gray(0, 20, 0, 0, 0, 40), Reference), 1e-12);
        Assert.AreEqual(1, SharpnessRatio.Compute(Reference, Reference));
    }

    [TestMethod]
    public void All_channels_count_together()
    {
        var (image, reference) = (new RgbImage(2, 1, [0, 0, 0, 2, 0, 1]), new RgbImage(2, 1, [0, 0, 0, 0, 4, 2]));
        Assert.AreEqual(0.5, SharpnessRatio.Compute(image, reference), 1e-12);
    }

    [TestMethod]
    public void A_flat_image_has_no_sharpness() =>
        Assert.AreEqual(0, SharpnessRatio.Compute(Gray(7, 7, 7, 7, 7, 7), Reference));

    static RgbImage Gray(params byte[] levels) => new(3, 2, [.. levels.SelectMany(level => new[] { level, level, level })]);
}
