using Dream.ML.Imaging;

namespace Dream.ML.Tests.Imaging;

[TestClass]
public sealed class BicubicResamplerTests
{
    const string Metrics = "metrics.safetensors";

    [TestMethod]
    public void Reducing_equals_Pillow() =>
        ImageAssert.AreClose(
            Fixture.Image(Metrics, "lr_bicubic_x4"),
            BicubicResampler.Resize(Fixture.Image(Metrics, "hr"), 30, 24), 1);

    [TestMethod]
    public void Enlarging_equals_Pillow() =>
        ImageAssert.AreClose(
            Fixture.Image(Metrics, "sr_bicubic_x4"),
            BicubicResampler.Resize(Fixture.Image(Metrics, "lr_bicubic_x4"), 120, 96), 1);

    [TestMethod]
    public void Odd_sizes_equal_Pillow() =>
        ImageAssert.AreClose(
            Fixture.Image(Metrics, "odd_40x32_of_119x95"),
            BicubicResampler.Resize(TestImages.Corner(Fixture.Image(Metrics, "hr"), 119, 95), 40, 32), 1);

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Reducing_equals_MATLAB(int scale)
    {
        foreach (var (high, low) in TestImages.Set5(scale))
            ImageAssert.AreClose(low, BicubicResampler.Resize(high, low.Width, low.Height, BicubicConvention.Matlab), 1);
    }

    [TestMethod]
    public void Weights_for_a_reduction_by_eight_equal_MATLAB()
    {
        // These images of the set were reduced in floating point: rounded once, at the end.
        foreach (var (high, low) in TestImages.Set5(8))
        {
            var columns = AxisWeights.Bicubic(high.Width, low.Width, BicubicConvention.Matlab);
            var rows = AxisWeights.Bicubic(high.Height, low.Height, BicubicConvention.Matlab);
            var reduced = new byte[low.Rgb.Length];
            for (int i = 0; i < reduced.Length; i++)
            {
                int channel = i % 3, x = i / 3 % low.Width, y = i / 3 / low.Width;
                double sum = 0;
                for (int v = 0; v < rows.Taps; v++)
                    for (int u = 0; u < columns.Taps; u++)
                        sum += (double)rows.Of(y)[v] * columns.Of(x)[u]
                            * high.Rgb[((rows.Start(y) + v) * high.Width + columns.Start(x) + u) * 3 + channel];
                reduced[i] = (byte)Math.Clamp(Math.Floor(sum / Math.Pow(2, 2 * AxisWeights.FractionBits) + 0.5), 0, 255);
            }
            ImageAssert.AreClose(low, new(low.Width, low.Height, reduced), 1);
        }
    }

    [TestMethod]
    public void Pillow_cuts_the_kernel_at_the_border_and_MATLAB_reflects_the_image()
    {
        var image = Gray(4, 1, 0, 100, 200, 40);

        // Worked out by hand from the kernel at 1/4, 3/4, 5/4 and 7/4.
        CollectionAssert.AreEqual(Gray(2, 1, 68, 122).Rgb, BicubicResampler.Resize(image, 2, 1, BicubicConvention.Pillow).Rgb);
        CollectionAssert.AreEqual(Gray(2, 1, 58, 112).Rgb, BicubicResampler.Resize(image, 2, 1, BicubicConvention.Matlab).Rgb);
    }

    [TestMethod]
    public void The_same_size_changes_nothing()
    {
        var image = TestImages.Noise(9, 6);

        CollectionAssert.AreEqual(image.Rgb, BicubicResampler.Resize(image, 9, 6).Rgb);
    }

    [TestMethod]
    public void A_plain_color_stays_plain_at_any_size()
    {
        var image = TestImages.Noise(5, 3, low: 77, high: 77);

        foreach (var convention in Enum.GetValues<BicubicConvention>())
            foreach (var (width, height) in new[] { (1, 1), (2, 40), (13, 2), (64, 64) })
                Assert.IsTrue(BicubicResampler.Resize(image, width, height, convention).Rgb.All(sample => sample == 77));
    }

    [TestMethod]
    public void Opacity_is_mixed_like_a_color()
    {
        var opacity = TestImages.Noise(9, 7).Rgb[..63];
        var image = new RgbImage(9, 7, new byte[189], opacity);

        var resized = BicubicResampler.Resize(image, 4, 12);

        CollectionAssert.AreEqual(
            BicubicResampler.Resize(Gray(9, 7, opacity), 4, 12).Rgb, Gray(4, 12, resized.Alpha!).Rgb);
    }

    [TestMethod]
    public void Invisible_colors_leave_no_fringe()
    {
        var alpha = new byte[16 * 16];
        var rgb = new byte[3 * alpha.Length];
        for (int i = 0; i < alpha.Length; i++)
            if (i % 16 < 7)
            {
                alpha[i] = 255;
                rgb.AsSpan(3 * i, 3).Fill(200);
            }

        foreach (int size in new[] { 8, 32 })
        {
            var resized = BicubicResampler.Resize(new RgbImage(16, 16, rgb, alpha), size, size);
            for (int i = 0; i < resized.Rgb.Length; i++)
                if (resized.Alpha![i / 3] > 50)
                    Assert.IsGreaterThanOrEqualTo(195, resized.Rgb[i]);
        }
    }

    [TestMethod]
    public void Sizes_must_be_positive() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BicubicResampler.Resize(TestImages.Noise(2, 2), 0, 4));

    static RgbImage Gray(int width, int height, params byte[] levels) =>
        new(width, height, [.. levels.SelectMany(level => Enumerable.Repeat(level, 3))]);
}
