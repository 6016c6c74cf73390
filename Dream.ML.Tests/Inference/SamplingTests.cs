using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Inference.Sampling;
using Dream.ML.Inference.Tiling;
using Dream.ML.Networks.Engines;
using Dream.ML.Tests.Networks;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Inference;

[TestClass]
public sealed class SamplingTests
{
    readonly SuperResolutionModel _model = Tiny.Model(Tiny.Compact, 2, steps: 3);

    SamplingSettings Plain => _model.Description.Sampling;

    [TestCleanup]
    public void Free() => _model.Dispose();

    [TestMethod]
    public void Color_fidelity_makes_the_reduced_result_agree_with_the_input()
    {
        // Smooth, as photos are: clipping at black and white would stand in the way.
        var image = BicubicResampler.Resize(TestImages.Noise(6, 5, low: 80, high: 170), 40, 30);

        var (pure, corrected) = (Upscale(image, Plain), Upscale(image, Plain with { ColorFidelity = true }));

        Assert.IsGreaterThan(10, Consistency.Compute(pure, image));
        Assert.IsLessThan(Consistency.Compute(pure, image) / 4, Consistency.Compute(corrected, image));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Back_projection_brings_enlarged_photos_within_the_bar_and_closer_to_the_original(int scale)
    {
        const int Side = 256;
        foreach (var path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Photos"), "*.png"))
        {
            var photo = BicubicResampler.Resize(TestImages.Load(path), Side, Side);
            var low = BicubicResampler.Resize(photo, Side / scale, Side / scale);
            var enlarged = BicubicResampler.Resize(low, Side, Side);
            var consistency = Consistency.Compute(enlarged, low);
            var psnr = PeakSignalToNoiseRatio.Compute(enlarged, photo);

            BackProjection.Apply(enlarged, low, scale, CancellationToken.None);

            Assert.IsGreaterThan(1.0, consistency, path);
            Assert.IsLessThanOrEqualTo(1.0, Consistency.Compute(enlarged, low), path);
            Assert.IsGreaterThan(psnr, PeakSignalToNoiseRatio.Compute(enlarged, photo), path);
        }
    }

    [TestMethod]
    public void Back_projection_of_wide_images_has_no_seams_between_its_strips()
    {
        // Every strip is one row high, and the columns are all alike.
        const int Width = 70_000, Height = 9;
        var column = TestImages.Noise(1, Height, low: 60, high: 190);
        var (narrow, wide) = (Repeat(5), Repeat(Width));

        CollectionAssert.AreEqual(Corrected(narrow), Corrected(wide));

        RgbImage Repeat(int width) =>
            new(width, Height,
                [.. column.Rgb.Chunk(3).SelectMany(rgb => Enumerable.Repeat(rgb, width)).SelectMany(rgb => rgb)]);

        // The first pixels of every row.
        static byte[] Corrected(RgbImage low)
        {
            var gray = new byte[3 * 4 * low.Width * low.Height];
            Array.Fill(gray, (byte)128);
            var result = new RgbImage(2 * low.Width, 2 * low.Height, gray);
            BackProjection.Apply(result, low, 2, CancellationToken.None);
            return [.. result.Rgb.Chunk(3 * result.Width).SelectMany(row => row[..6])];
        }
    }

    [TestMethod]
    public void Epsilon_scaling_divides_the_noise_of_every_network()
    {
        var image = TestImages.Noise(12, 9);
        foreach (var settings in new NetworkSettings[] { Tiny.Compact, Tiny.Sr3 })
        {
            using var model = Tiny.Model(settings, 2, steps: 3);
            using var scaled = model.With(Plain with { EpsilonScaling = 1.05 });
            CollectionAssert.AreNotEqual(model.Upscale(image).Rgb, scaled.Upscale(image).Rgb);
        }
    }

    [TestMethod]
    public void Epsilon_scaling_of_an_estimated_signal_is_that_of_the_noise_that_goes_with_it()
    {
        const double Lambda = 1.05;
        using var engine = Tiny.Engine(Tiny.Compact, 2);
        using var scope = NewDisposeScope();
        var (image, traits, once) = (TestImages.Noise(6, 5), engine.Traits, Plain with { Steps = 1 });
        var prediction = Floats(engine, image, once with { Detail = 0 });
        var clean = nn.functional.pixel_unshuffle(Floats(engine, image, once) - prediction, 2) / engine.SignalUnit;
        using var noise = new FeatureMap(traits.SignalChannels, 5, 6);
        new NoiseField(1, image).Cut(0, 6, 5, 0, 0, noise);
        var (y, (a, s)) = (ToTensor(noise), traits.NoiseSchedule.Process.Coefficients(traits.NoiseSchedule.TerminalLevel));

        var epsilon = (y - a * clean) / s;
        var scaled = (y - s * epsilon / Lambda) / a;

        TensorAssert.AreClose(
            prediction + engine.SignalUnit * nn.functional.pixel_shuffle(scaled, 2), Floats(engine, image, once with { EpsilonScaling = Lambda }), 1e-5);
    }

    [TestMethod]
    [DataRow(null, null, null, 14, 10)]
    [DataRow(1.5, null, null, 10, 8)]
    [DataRow(0.01, null, null, 1, 1)]
    [DataRow(null, 21, null, 21, 15)]
    [DataRow(null, null, 1, 1, 1)]
    [DataRow(null, 31, 7, 31, 7)]
    public void Every_size_is_the_network_s_result_resized(double? scale, int? width, int? height, int resultWidth, int resultHeight)
    {
        var image = TestImages.Noise(7, 5);
        var result = Upscale(image, Plain with { OutputScale = scale, TargetWidth = width, TargetHeight = height });
        Assert.AreEqual((resultWidth, resultHeight), (result.Width, result.Height));
        CollectionAssert.AreEqual(BicubicResampler.Resize(Upscale(image, Plain), resultWidth, resultHeight).Rgb, result.Rgb);
    }

    [TestMethod]
    public void A_target_size_above_the_limit_is_refused_before_any_work()
    {
        foreach (var sampling in new[] { Plain with { OutputScale = 3 }, Plain with { TargetWidth = int.MaxValue } })
        {
            using var model = _model.With(sampling with { MaxOutputPixels = 400 });
            Assert.ThrowsExactly<InvalidOperationException>(() => model.Upscale(TestImages.Noise(10, 10)));
        }
    }

    [TestMethod]
    public void Detail_goes_from_the_initial_prediction_over_the_sample_to_twice_its_finest_structure()
    {
        using var engine = Tiny.Engine(Tiny.Compact, 2);
        using var scope = NewDisposeScope();
        var image = TestImages.Noise(6, 5);
        var (guess, sample) = (Image(0), Image(0.5));
        using var means = new FeatureMap(3, 5, 6);
        nn.functional.avg_pool2d(sample, 2).data<float>().CopyTo(means.Values);
        var bicubic = ToTensor(BicubicInterpolation.Enlarge(means, 2));

        TensorAssert.AreClose((guess + sample) / 2, Image(0.25), 1e-5);
        var fine = sample - bicubic;
        var added = fine.pow(3) / (fine.square() + DetailControl.Faint * DetailControl.Faint);
        TensorAssert.AreClose(sample + 0.5 * added, Image(0.75), 1e-5);
        TensorAssert.AreClose(sample + added, Image(1), 1e-5);

        Tensor Image(double detail) => Floats(engine, image, Plain with { Detail = detail });
    }

    [TestMethod]
    public void Presets_change_the_detail_and_nothing_that_a_model_has_of_its_own()
    {
        foreach (var preset in new[] { SamplingPresets.Fidelity, SamplingPresets.Balanced, SamplingPresets.Detail })
        {
            using var model = _model.With(preset);
            Assert.AreEqual(Plain with { Detail = preset.Detail, Sampler = preset.Sampler }, model.Description.Sampling);
        }
    }

    [TestMethod]
    public void Without_detail_the_result_is_the_first_guess_and_nothing_is_sampled()
    {
        var image = TestImages.Noise(12, 9);
        CollectionAssert.AreEqual(Upscale(image, Plain with { Steps = 0 }).Rgb, Upscale(image, Plain with { Detail = 0 }).Rgb);
        CollectionAssert.AreNotEqual(Upscale(image, Plain).Rgb, Upscale(image, Plain with { Detail = 1 }).Rgb);
    }

    [TestMethod]
    public void Invisible_colors_do_not_reach_visible_pixels()
    {
        var alpha = Enumerable.Range(0, 20 * 12).Select(i => i % 20 < 10 ? (byte)255 : (byte)0).ToArray();
        var (black, green) = (new byte[alpha.Length * 3], new byte[alpha.Length * 3]);
        for (var i = 0; i < alpha.Length; i++)
            if (alpha[i] > 0)
                black[3 * i] = green[3 * i] = 200;
            else
                green[3 * i + 1] = 255;

        CollectionAssert.AreEqual(
            Upscale(new(20, 12, black, alpha), Plain).Rgb, Upscale(new(20, 12, green, alpha), Plain).Rgb);
    }

    [TestMethod]
    public void An_image_above_the_limit_is_refused_before_any_work()
    {
        using var model = _model.With(Plain with { MaxOutputPixels = 399 });
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => model.Upscale(TestImages.Noise(10, 10))).Message;
        StringAssert.Contains(message, "10×10 pixels would become 20×20, 400 pixels; the limit is 399.");
        StringAssert.Contains(message, "Cut or reduce the image, or raise MaxOutputPixels");
        Assert.AreEqual(20, Upscale(TestImages.Noise(10, 10), Plain with { MaxOutputPixels = 400 }).Width);
    }

    [TestMethod]
    public void A_result_too_large_for_any_array_is_refused_in_words() =>
        StringAssert.Contains(
            Plain.SizeProblem(1, 1, 60_000, 40_000)!.Value.Cause,
            "60000×40000, 2,400,000,000 pixels; the limit is 400,000,000.");

    [TestMethod]
    public void Progress_rises_to_the_end_and_cancelling_there_stops_in_the_middle_of_an_image()
    {
        using var model = _model.With(Plain with { MemoryBudgetMB = 16 });
        var image = TestImages.Noise(300, 300);
        List<double> shares = [];
        using var cancellation = new CancellationTokenSource();

        model.Upscale(image, new Reports(shares.Add), CancellationToken.None);
        Assert.ThrowsExactly<OperationCanceledException>(
            () => model.Upscale(image, new Reports(_ => cancellation.Cancel()), cancellation.Token));

        Assert.IsGreaterThan(2, shares.Count);
        CollectionAssert.AreEqual(shares.Order().Distinct().ToList(), shares);
        Assert.AreEqual((true, 1), (shares[0] > 0, shares[^1]));
    }

    sealed class Reports(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    [TestMethod]
    public void A_shared_network_lives_until_its_last_model_goes()
    {
        var image = TestImages.Noise(6, 5);
        var expected = _model.Upscale(image).Rgb;
        var other = _model.With(Plain);

        _model.Dispose();
        _model.Dispose();

        CollectionAssert.AreEqual(expected, other.Upscale(image).Rgb);
        Assert.ThrowsExactly<ObjectDisposedException>(() => _model.Upscale(image));
        Assert.ThrowsExactly<ObjectDisposedException>(() => _model.With(Plain));
        other.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => other.Upscale(image));
    }

    RgbImage Upscale(RgbImage image, SamplingSettings sampling)
    {
        using var model = _model.With(sampling);
        return model.Upscale(image);
    }

    /// <summary>The result before it is rounded.</summary>
    static Tensor Floats(INetworkEngine engine, RgbImage image, SamplingSettings settings)
    {
        Tensor? result = null;
        using var tiling = new ExactTiling(
            engine, settings, new(image, new(1, image)), 64, (_, upscaled) => result = ToTensor(upscaled), CancellationToken.None);
        tiling.Run(report: null);
        return result!;
    }

    static Tensor ToTensor(FeatureMap map) => tensor(map.Values.ToArray(), [map.Channels, map.Height, map.Width]);
}
