using Dream.ML.Imaging;
using Microsoft.ML.Data;

namespace Dream.ML.Tests.Metrics;

[TestClass]
public sealed class MetricsTests
{
    const string Metrics = "metrics.safetensors";

    static readonly RgbImage High = Fixture.Image(Metrics, "hr");
    static readonly RgbImage Upscaled = Fixture.Image(Metrics, "sr_bicubic_x4");

    [TestMethod]
    public void Signal_to_noise_ratio_equals_the_reference() =>
        Assert.AreEqual(Fixture.Doubles(Metrics, "psnr_rgb")[0], PeakSignalToNoiseRatio.Compute(Upscaled, High), 1e-4);

    [TestMethod]
    public void Structural_similarity_equals_the_reference() =>
        Assert.AreEqual(Fixture.Doubles(Metrics, "ssim_rgb")[0], StructuralSimilarity.Compute(Upscaled, High), 1e-4);

    [TestMethod]
    public void Consistency_equals_the_reference() =>
        Assert.AreEqual(
            Fixture.Doubles(Metrics, "consistency_1e5")[0],
            Consistency.Compute(Upscaled, Fixture.Image(Metrics, "lr_bicubic_x4")), 1e-4);

    [TestMethod]
    public void Bicubic_upscaling_of_Set5_has_its_published_quality()
    {
        var ratios = TestImages.Set5(4).Select(pair => PeakSignalToNoiseRatio.Compute(
            BicubicResampler.Resize(pair.Low, pair.High.Width, pair.High.Height, BicubicConvention.Matlab),
            pair.High, MetricConvention.Benchmark(4)));

        Assert.AreEqual(28.42, ratios.Average(), 0.01);
    }

    [TestMethod]
    public void Bicubic_upscaling_of_Set14_has_its_published_quality()
    {
        var ratios = Directory.GetFiles(Path.Combine(TestImages.ExternalData("set14"), "HR")).Select(path =>
        {
            var whole = TestImages.Load(path);
            var high = TestImages.Corner(whole, whole.Width / 4 * 4, whole.Height / 4 * 4);
            var low = BicubicResampler.Resize(high, high.Width / 4, high.Height / 4, BicubicConvention.Matlab);
            // The field's scripts convert color images only: the gray one is compared as it is.
            return PeakSignalToNoiseRatio.Compute(
                BicubicResampler.Resize(low, high.Width, high.Height, BicubicConvention.Matlab),
                high, MetricConvention.Benchmark(4) with { Luma = Path.GetFileName(path) != "bridge.png" });
        });

        Assert.AreEqual(26.00, ratios.Average(), 0.01);
    }

    [TestMethod]
    public void A_missing_image_is_named()
    {
        using var image = MLImagePixels.Write(High);
        Refuses("image", () => PeakSignalToNoiseRatio.Compute(null!, image));
        Refuses("reference", () => StructuralSimilarity.Compute(image, null!));
        Refuses("reference", () => MultiScaleStructuralSimilarity.Compute(image, null!));
        Refuses("image", () => SharpnessRatio.Compute(null!, image));
        Refuses("lowResolution", () => Consistency.Compute(image, null!));
        Refuses("image", () => NiqeModel.Default.Compute((MLImage)null!));

        static void Refuses(string name, Action compute) =>
            Assert.AreEqual(name, Assert.ThrowsExactly<ArgumentNullException>(compute).ParamName);
    }

    [TestMethod]
    public void Equal_images_are_perfect()
    {
        Assert.AreEqual(double.PositiveInfinity, PeakSignalToNoiseRatio.Compute(High, High));
        Assert.AreEqual(1, StructuralSimilarity.Compute(High, High), 1e-12);
    }

    [TestMethod]
    public void The_benchmark_convention_ignores_the_border()
    {
        var framed = new RgbImage(High.Width, High.Height, [.. High.Rgb]);
        framed.Rgb.AsSpan(0, 4 * 3 * High.Width).Clear();

        Assert.AreEqual(double.PositiveInfinity, PeakSignalToNoiseRatio.Compute(framed, High, MetricConvention.Benchmark(4)));
        Assert.IsLessThan(100, PeakSignalToNoiseRatio.Compute(framed, High, MetricConvention.Benchmark(3)));
    }

    [TestMethod]
    public void Images_are_compared_as_ML_NET_gives_them()
    {
        using var image = MLImagePixels.Write(Upscaled);
        using var reference = MLImagePixels.Write(High);

        Assert.AreEqual(PeakSignalToNoiseRatio.Compute(Upscaled, High), PeakSignalToNoiseRatio.Compute(image, reference));
        Assert.AreEqual(StructuralSimilarity.Compute(Upscaled, High), StructuralSimilarity.Compute(image, reference));
        Assert.AreEqual(Consistency.Compute(Upscaled, High), Consistency.Compute(image, reference));
    }

    [TestMethod]
    public void Images_of_different_sizes_are_refused_by_name()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => PeakSignalToNoiseRatio.Compute(TestImages.Noise(4, 3), TestImages.Noise(8, 6)));

        StringAssert.Contains(error.Message, "4×3");
        StringAssert.Contains(error.Message, "8×6");
    }

    [TestMethod]
    public void Images_smaller_than_the_window_or_the_crop_are_refused()
    {
        var small = TestImages.Noise(16, 10);

        Assert.ThrowsExactly<ArgumentException>(() => StructuralSimilarity.Compute(small, small));
        Assert.ThrowsExactly<ArgumentException>(() => PeakSignalToNoiseRatio.Compute(small, small, MetricConvention.Benchmark(5)));
    }
}
