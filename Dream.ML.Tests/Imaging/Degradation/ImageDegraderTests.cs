using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;
using Dream.ML.Training.Data;

namespace Dream.ML.Tests.Imaging.Degradation;

[TestClass]
public sealed class ImageDegraderTests
{
    static readonly RgbImage Photo = Fixture.Image("metrics.safetensors", "hr");
    static readonly DegradationSettings Area = new() { Kernel = ReductionKernel.Area };

    [TestMethod]
    public void The_bicubic_preset_is_Pillows_reduction_to_the_bit()
    {
        // 119 × 95 is cropped to 116 × 92.
        var odd = TestImages.Corner(Photo, 119, 95);
        CollectionAssert.AreEqual(
            BicubicResampler.Resize(TestImages.Corner(Photo, 116, 92), 29, 23).Rgb,
            Degrade(DegradationSettings.Bicubic, odd).Rgb);
        CollectionAssert.AreEqual(
            Fixture.Image("metrics.safetensors", "lr_bicubic_x4").Rgb, Degrade(DegradationSettings.Bicubic).Rgb);
    }

    [TestMethod]
    public void The_key_alone_decides_even_on_many_threads()
    {
        var expected = Enumerable.Range(0, 8).Select(key => Degrade(DegradationSettings.Blind, key: key).Rgb).ToArray();
        Parallel.For(0, 16, i =>
            CollectionAssert.AreEqual(expected[7 - i % 8], Degrade(DegradationSettings.Blind, key: 7 - i % 8).Rgb));
        Assert.HasCount(8, expected.Select(Convert.ToBase64String).Distinct());
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(8)]
    public void The_size_is_that_of_the_input_over_the_scale(int scale)
    {
        for (int key = 0; key < 8; key++)
        {
            var low = new ImageDegrader(DegradationSettings.Blind).Degrade(Photo, scale, (ulong)key);
            Assert.AreEqual((Photo.Width / scale, Photo.Height / scale), (low.Width, low.Height));
        }
    }

    [TestMethod]
    public void More_blur_leaves_less_gradient()
    {
        double[] sigmas = [0, 1, 2, 4];
        var energies = sigmas
            .Select(sigma => GradientEnergy(Degrade(new() { BlurSigma = new(sigma, sigma) }))).ToArray();
        CollectionAssert.AreEqual(energies.OrderDescending().ToArray(), energies);
        Assert.IsLessThan(energies[0] / 3, energies[3]);
    }

    [TestMethod]
    public void Blur_spreads_a_point_by_sigma_and_leaves_a_flat_image_alone()
    {
        const int Side = 61;
        var point = new RgbImage(Side, 1, new byte[3 * Side]);
        point.Rgb.AsSpan(3 * (Side / 2), 3).Fill(255);
        var row = ImageFilters.Blur(point, 5).Rgb;
        double total = row.Sum(sample => sample);
        double variance = row.Select((sample, i) => sample * Math.Pow(i / 3 - Side / 2, 2)).Sum() / total;
        Assert.AreEqual(5, Math.Sqrt(variance), 0.25);

        var flat = Flat(9, 7, 200);
        CollectionAssert.AreEqual(flat.Rgb, ImageFilters.Blur(flat, 3).Rgb);
        CollectionAssert.AreEqual(Photo.Rgb, ImageFilters.Blur(Photo, 1e-20).Rgb);
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(20)]
    public void Noise_has_the_sigma_asked_for(int sigma)
    {
        var noisy = Degrade(new() { NoiseSigma = new(sigma, sigma) }, Flat(512, 512, 128)).Rgb;
        double mean = noisy.Average(sample => sample);
        double deviation = Math.Sqrt(noisy.Average(sample => Math.Pow(sample - mean, 2)));
        Assert.AreEqual(128, mean, 0.5);
        Assert.AreEqual(sigma, deviation, sigma * 0.1);
    }

    [TestMethod]
    public void A_lower_JPEG_quality_is_a_larger_error()
    {
        var blurred = new DegradationSettings { BlurSigma = new(8, 8) };
        var clean = Degrade(blurred);
        double[] qualities = [100, 90, 60, 30, 5];
        var errors = qualities
            .Select(quality => Error(clean, Degrade(blurred with { JpegQuality = new(quality, quality) }))).ToArray();
        CollectionAssert.AreEqual(errors.Order().ToArray(), errors);
        Assert.IsLessThan(0.1 * errors[^1], errors[0], string.Join(", ", errors));
    }

    [TestMethod]
    public void JPEG_keeps_colors()
    {
        var orange = new RgbImage(17, 9, [.. Enumerable.Range(0, 3 * 17 * 9).Select(i => (byte)(230 - 110 * (i % 3)))]);
        var compressed = ImageFilters.Compress(orange, 95).Rgb;
        for (int i = 0; i < compressed.Length; i++)
            Assert.AreEqual(orange.Rgb[i], compressed[i], 3d);
    }

    [TestMethod]
    public void The_area_kernel_takes_the_mean_of_each_block()
    {
        var low = Degrade(Area);
        for (int i = 0; i < low.Rgb.Length; i++)
        {
            var (x, y, channel) = (i / 3 % low.Width, i / 3 / low.Width, i % 3);
            int sum = Enumerable.Range(0, 16)
                .Sum(k => Photo.Rgb[((4 * y + k / 4) * Photo.Width + 4 * x + k % 4) * 3 + channel]);
            Assert.AreEqual((sum + 8) / 16, low.Rgb[i]);
        }
    }

    [TestMethod]
    public void Areas_that_cut_pixels_count_their_parts()
    {
        var row = new RgbImage(3, 1, [0, 0, 0, 90, 90, 90, 240, 240, 240]);
        // (1·0 + ½·90) / 1.5 and (½·90 + 1·240) / 1.5
        CollectionAssert.AreEqual(new byte[] { 30, 30, 30, 190, 190, 190 }, AreaResampler.Resize(row, 2, 1).Rgb);
        CollectionAssert.AreEqual(Flat(7, 5, 77).Rgb, AreaResampler.Resize(Flat(19, 11, 77), 7, 5).Rgb);
    }

    [TestMethod]
    public void A_random_kernel_is_one_of_the_others()
    {
        var kernels = Enum.GetValues<ReductionKernel>().Except([ReductionKernel.Random])
            .Select(kernel => Convert.ToBase64String(Degrade(new() { Kernel = kernel }).Rgb)).ToArray();
        Assert.HasCount(4, kernels.Distinct());
        var random = new DegradationSettings { Kernel = ReductionKernel.Random };
        var drawn = Enumerable.Range(0, 40)
            .Select(key => Convert.ToBase64String(Degrade(random, key: key).Rgb)).Distinct().ToArray();
        CollectionAssert.AreEquivalent(kernels, drawn);
    }

    [TestMethod]
    public void A_flat_image_stays_flat_whatever_the_kernel()
    {
        foreach (var kernel in Enum.GetValues<ReductionKernel>())
            CollectionAssert.AreEqual(Flat(9, 7, 200).Rgb, Degrade(new() { Kernel = kernel }, Flat(36, 28, 200)).Rgb, $"{kernel}");
    }

    [TestMethod]
    public void Ringing_overshoots_beside_an_edge_and_the_gaussian_does_not()
    {
        var edge = new RgbImage(64, 64, [.. Enumerable.Range(0, 3 * 64 * 64).Select(i => (byte)(i / 3 % 64 < 32 ? 64 : 192))]);
        var (rung, blurred) = (ImageFilters.Ring(edge, 0.5), ImageFilters.Blur(edge, 1.2));
        Assert.IsTrue(rung.Rgb.Min() < 60 && rung.Rgb.Max() > 196);
        Assert.AreEqual((64, 192), ((int)blurred.Rgb.Min(), (int)blurred.Rgb.Max()));
        CollectionAssert.AreEqual(Photo.Rgb, ImageFilters.Ring(Photo, 1).Rgb, "a cut-off at the highest frequency");
    }

    [TestMethod]
    public void Camera_noise_has_its_sigma_grows_with_brightness_and_is_alike_in_neighbors()
    {
        const double Sigma = 10;
        var (dark, bright) = (Noise(40, gray: false), Noise(200, gray: false));
        foreach (var (noise, level) in new[] { (dark, 40), (bright, 200) })
            Assert.AreEqual(Sigma * Math.Sqrt(0.3 + level / 255.0), Math.Sqrt(noise.Average(n => n * n)), 0.1 * Sigma);
        Assert.IsGreaterThan(0.2, Correlation(bright, 3));
        Assert.IsLessThan(0.05, Math.Abs(Correlation(bright, 1)), "between colors");
        Assert.AreEqual(1, Correlation(Noise(200, gray: true), 1, step: 3), 1e-3);

        static double[] Noise(byte level, bool gray) =>
            [.. ImageFilters.AddCameraNoise(Flat(256, 256, level), Sigma, gray, key: 7).Rgb.Select(sample => (double)sample - level)];

        static double Correlation(double[] noise, int distance, int step = 1) =>
            Enumerable.Range(0, (noise.Length - distance) / step).Average(i => noise[i * step] * noise[i * step + distance]) / noise.Average(n => n * n);
    }

    [TestMethod]
    public void A_share_of_the_images_is_clean()
    {
        var clean = Convert.ToBase64String(Degrade(DegradationSettings.Bicubic).Rgb);
        var settings = DegradationSettings.Blind with { CleanShare = 0.5 };
        var share = Enumerable.Range(0, 60).Count(key => Convert.ToBase64String(Degrade(settings, key: key).Rgb) == clean);
        Assert.IsTrue(share is > 18 and < 42, $"{share} of 60");
    }

    [TestMethod]
    public void The_second_stage_is_weaker_where_it_should_be()
    {
        var once = new DegradationSettings { NoiseSigma = new(20, 20) };
        var twice = once with { Stages = 2 };
        // The first stage's noise is averaged away in part when the second one reduces.
        Assert.IsGreaterThan(1.2 * Deviation(twice with { SecondStageStrength = 0 }), Deviation(twice));
        Assert.IsLessThan(Deviation(once), Deviation(twice with { SecondStageStrength = 0.1 }));

        static double Deviation(DegradationSettings settings) =>
            Enumerable.Range(0, 8).Average(key => Math.Sqrt(Degrade(settings, Flat(128, 128, 128), key).Rgb.Average(sample => Math.Pow(sample - 128, 2))));
    }

    [TestMethod]
    public void A_random_order_gives_other_images_than_the_fixed_one()
    {
        var settings = new DegradationSettings { BlurSigma = new(2, 2), NoiseSigma = new(20, 20) };
        var roughness = Enumerable.Range(0, 12)
            .Select(key => GradientEnergy(Degrade(settings with { RandomOrder = true }, key: key))).ToArray();
        // Noise that comes first is blurred away.
        Assert.IsGreaterThan(3 * roughness.Min(), roughness.Max());
    }

    [TestMethod]
    public void An_image_smaller_than_the_scale_is_refused() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Degrade(DegradationSettings.Bicubic, Flat(9, 3, 0))).Message,
            "9×3 pixels is too small to be reduced 4 times");

    [TestMethod]
    public void Training_pairs_are_degraded_by_seed_and_row()
    {
        static byte[] Low(DegradationSettings degradation, int seed, int row)
        {
            var settings = new DataSettings
            {
                Scale = 4,
                Degradation = degradation,
                PatchSize = 16,
                Seed = seed,
                ByteBudget = long.MaxValue,
                DecodingThreads = 1,
            };
            return new PatchCutter(settings).Pair(new(row, "photo", Photo)).Low.Rgb;
        }

        CollectionAssert.AreEqual(
            Low(DegradationSettings.Blind, seed: 1, row: 1), Low(DegradationSettings.Blind, seed: 1, row: 1));
        CollectionAssert.AreNotEqual(
            Low(DegradationSettings.Blind, seed: 1, row: 1), Low(DegradationSettings.Blind, seed: 1, row: 2));
        CollectionAssert.AreNotEqual(
            Low(DegradationSettings.Blind, seed: 1, row: 1), Low(DegradationSettings.Blind, seed: 2, row: 1));
        CollectionAssert.AreEqual(
            Degrade(DegradationSettings.Bicubic).Rgb, Low(DegradationSettings.Bicubic, seed: 1, row: 1));
    }

    static RgbImage Degrade(DegradationSettings settings, RgbImage? image = null, int key = 1) =>
        new ImageDegrader(settings).Degrade(image ?? Photo, 4, (ulong)key);

    static RgbImage Flat(int width, int height, byte level) => TestImages.Noise(width, height, level, level);

    static double GradientEnergy(RgbImage image) =>
        Enumerable.Range(3, image.Rgb.Length - 3).Average(i => Math.Pow(image.Rgb[i] - image.Rgb[i - 3], 2));

    static double Error(RgbImage a, RgbImage b) => a.Rgb.Zip(b.Rgb, (x, y) => Math.Pow(x - y, 2)).Average();
}
