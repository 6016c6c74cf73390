using Dream.ML.Imaging;
using Dream.ML.IO;
using Dream.ML.MLNet;
using Dream.ML.MLNet.DataView;
using Dream.ML.Tests.Training;
using Dream.ML.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Dream.ML.Tests.MLNet;

[TestClass]
public sealed class EvaluatorTests
{
    readonly MLContext _context = new(seed: 1);

    public EvaluatorTests() => ImageTypes.Register();

    [TestMethod]
    public void Every_row_gets_the_numbers_of_its_own_images()
    {
        var (high, low) = (Images(3, 180), Images(3, 45));
        var upscaled = Images(3, 180, seed: 10);
        var convention = MetricConvention.Benchmark(2);
        var metrics = _context.Transforms.EvaluateSuperResolution(Data(high, upscaled, low), "High", "Upscaled",
            new() { Convention = convention, LowResolutionColumnName = "Low" });

        Assert.HasCount(3, metrics.Images);
        Assert.AreEqual(0, metrics.SkippedRows);
        for (var i = 0; i < 3; i++)
            Assert.AreEqual(
                new EvaluatedImage
                {
                    Row = i,
                    Name = $"image {i}",
                    Quality = new()
                    {
                        Psnr = PeakSignalToNoiseRatio.Compute(upscaled[i], high[i], convention),
                        Ssim = StructuralSimilarity.Compute(upscaled[i], high[i], convention),
                        MsSsim = MultiScaleStructuralSimilarity.TryCompute(upscaled[i], high[i], convention),
                        SharpnessRatio = SharpnessRatio.Compute(upscaled[i], high[i], convention),
                        Niqe = NiqeModel.Default.Compute(upscaled[i]),
                        Consistency = Consistency.Compute(upscaled[i], low[i]),
                    },
                },
                metrics.Images[i]);
        Assert.IsNotNull(metrics.Mean.MsSsim);
    }

    [TestMethod]
    public void Mean_and_deviation_are_over_the_images_that_have_a_measure()
    {
        var metrics = new SuperResolutionMetrics(
        [
            new() { Quality = new() { Psnr = 30, Ssim = 0.5, MsSsim = 0.8, SharpnessRatio = 1, Niqe = 4, Lpips = 0.2 } },
            new() { Row = 1, Quality = new() { Psnr = 32, Ssim = 0.7, SharpnessRatio = 1, Niqe = 8, Lpips = 0.2 } },
        ], skippedRows: 1);

        var (mean, deviation) = (metrics.Mean, metrics.StandardDeviation);
        Assert.AreEqual((31, 0.8, 6), (mean.Psnr, mean.MsSsim, mean.Niqe));
        Assert.AreEqual((1, 0, 2), (deviation.Psnr, deviation.MsSsim, deviation.Niqe));
        Assert.IsNull(mean.Consistency);
        Assert.AreEqual(
            "2 images | PSNR (dB) 31.00 ± 1.00 | SSIM 0.6000 ± 0.1000 | MS-SSIM 0.8000 ± 0.0000 | sharpness 1.00 ± 0.00" +
            " | NIQE 6.00 ± 2.00 | LPIPS 0.2000 ± 0.0000",
            metrics.ToString());
    }

    [TestMethod]
    public void Flat_references_and_equal_images_spoil_no_other_measure()
    {
        var flat = Solid(9, 9, 9);
        RgbImage[] high = [flat, .. Images(1, 20)], upscaled = [flat, .. Images(1, 20, seed: 2)];
        var metrics = _context.Transforms.EvaluateSuperResolution(Data(high, upscaled), "High", "Upscaled", new() { NiqeModel = null });

        Assert.AreEqual(double.PositiveInfinity, metrics.Mean.Psnr);
        Assert.IsNull(metrics.Images[0].Quality.SharpnessRatio);
        Assert.AreEqual(metrics.Images[1].Quality.SharpnessRatio, metrics.Mean.SharpnessRatio);
        Assert.IsNull(metrics.Mean.Niqe);
    }

    [TestMethod]
    public void Rows_that_lack_an_image_are_skipped_and_counted()
    {
        RgbImage?[] high = [.. Images(4, 20)], upscaled = [.. Images(4, 20)], low = [.. Images(4, 5)];
        high[0] = upscaled[1] = low[2] = null;
        var data = Data(high, upscaled, low);

        var metrics = _context.Transforms.EvaluateSuperResolution(
            data, "High", "Upscaled", new() { LowResolutionColumnName = "Low" });
        Assert.AreEqual((3, 1, 3L), (metrics.SkippedRows, metrics.Images.Count, metrics.Images[0].Row));
        Assert.AreEqual(2, _context.Transforms.EvaluateSuperResolution(data, "High", "Upscaled").SkippedRows);
    }

    [TestMethod]
    public void Data_without_a_pair_of_images_is_refused()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _context.Transforms.EvaluateSuperResolution(Data([null], Images(1, 20)), "High", "Upscaled"));
        StringAssert.Contains(error.Message, "'High', 'Upscaled'");
    }

    [TestMethod]
    public void Sizes_that_differ_bring_their_row()
    {
        RgbImage[] upscaled = [.. Images(1, 20), .. Images(1, 24)];
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _context.Transforms.EvaluateSuperResolution(Data(Images(2, 20), upscaled), "High", "Upscaled"));
        Assert.AreEqual(
            "Columns 'Upscaled' and 'High', row 1 (image 1): The image is 24×24 pixels, its reference 20×20.",
            error.Message);
    }

    [TestMethod]
    public void Missing_columns_are_named_before_anything_is_read()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _context.Transforms.EvaluateSuperResolution(Data(Images(1, 20), Images(1, 20)), "High", "Large"));
        StringAssert.Contains(error.Message, "'Large'");
    }

    [TestMethod]
    public void An_evaluation_can_be_canceled() =>
        Assert.ThrowsExactly<OperationCanceledException>(() => _context.Transforms.EvaluateSuperResolution(
            Data(Images(1, 20), Images(1, 20)), "High", "Upscaled", cancellation: new(canceled: true)));

    [TestMethod]
    public void Features_of_any_pipeline_are_compared()
    {
        var network = Features("Picture", "Pixels");
        RgbImage[] high = [Solid(255, 0, 0), Solid(10, 20, 30)], upscaled = [Solid(255, 255, 0), Solid(20, 40, 60)];
        var metrics = _context.Transforms.EvaluateSuperResolution(
            Data(high, upscaled), "High", "Upscaled", new() { FeatureNetwork = network });

        Assert.AreEqual(1 - Math.Sqrt(0.5), metrics.Images[0].Quality.FeatureDistance!.Value, 1e-6);
        Assert.AreEqual(0, metrics.Images[1].Quality.FeatureDistance!.Value, 1e-6);
        Assert.IsGreaterThanOrEqualTo(0, metrics.Images[1].Quality.FeatureDistance!.Value);
    }

    [TestMethod]
    public void Opacity_does_not_count_among_features()
    {
        var extractor = new FeatureExtractor(Features("Picture", "Pixels"));
        var opaque = Images(1, 16)[0];
        Assert.AreEqual(0, extractor.Distance(new(16, 16, opaque.Rgb, new byte[16 * 16]), opaque), 1e-6);
    }

    [TestMethod]
    public void Features_without_direction_bring_their_row()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _context.Transforms.EvaluateSuperResolution(
            Data([Solid(0, 0, 0)], [Solid(0, 0, 0)]), "High", "Upscaled",
            new() { FeatureNetwork = Features("Picture", "Pixels") }));
        StringAssert.Contains(error.Message, "row 0");
        StringAssert.Contains(error.Message, "all 0");
    }

    [TestMethod]
    [DataRow("Photo", "Pixels", "'Picture'")]
    [DataRow("Picture", "Features", "'Features'")]
    [DataRow("Picture", "Small", "'Small'")]
    public void A_feature_network_with_other_columns_is_refused(string input, string output, string named)
    {
        var error = Assert.Throws<ArgumentException>(() => _context.Transforms.EvaluateSuperResolution(
            Data(Images(1, 20), Images(1, 20)), "High", "Upscaled", new() { FeatureNetwork = Features(input, output) }));
        StringAssert.Contains(error.Message, named);
    }

    [TestMethod]
    public void Lpips_is_measured_when_there_are_weights()
    {
        static SafetensorsFile Weights(params (string Name, Tensor Tensor)[] weights) =>
            new(weights.Select(weight => SafetensorsTensor.FromTensor(weight.Name, weight.Tensor)));
        using var scope = NewDisposeScope();
        using var lpips = new Lpips([new([0], 2, Kernel: 1, Padding: 0)],
            Weights(("features.0.weight", rand(2, 3, 1, 1)), ("features.0.bias", rand(2))),
            Weights(("lin0.model.1.weight", rand(1, 2, 1, 1))), device: "cpu");
        RgbImage[] high = Images(1, 40), upscaled = Images(1, 40, seed: 5);

        var metrics = _context.Transforms.EvaluateSuperResolution(
            Data(high, upscaled), "High", "Upscaled", new() { Lpips = lpips });
        Assert.AreEqual(lpips.Compute(upscaled[0], high[0]), metrics.Mean.Lpips);
        Assert.AreNotEqual(0, metrics.Mean.Lpips);
    }

    [TestMethod]
    public void A_canceled_context_stops_the_evaluation()
    {
        var data = Data(Images(1, 20), Images(1, 20));
        Fitting.Cancel(_context);
        Assert.ThrowsExactly<OperationCanceledException>(
            () => _context.Transforms.EvaluateSuperResolution(data, "High", "Upscaled"));
    }

    /// <summary>The colors of an image's middle as features.</summary>
    FeatureNetwork Features(string input, string output) =>
        new() { Transformer = Pixels(), InputColumnName = input, OutputColumnName = output };

    ITransformer Pixels() => _context.Transforms.ResizeImages("Small", 1, 1, "Picture")
        .Append(_context.Transforms.ExtractPixels("Pixels", "Small"))
        .Fit(_context.Data.LoadFromEnumerable<Picture>([]));

    IDataView Data(RgbImage?[] high, RgbImage?[] upscaled, RgbImage?[]? low = null) =>
        _context.Data.LoadFromEnumerable(Enumerable.Range(0, high.Length).Select(i => new Row
        {
            High = Image(high[i], i),
            Upscaled = Image(upscaled[i], i),
            Low = Image(low?[i], i),
        }).ToArray());

    static MLImage? Image(RgbImage? image, int row) => image is null ? null : MLImagePixels.Write(image, $"image {row}");

    static RgbImage[] Images(int count, int side, int seed = 1) =>
        [.. Enumerable.Range(seed, count).Select(seed => TestImages.Noise(side, side, seed: seed))];

    static RgbImage Solid(byte red, byte green, byte blue) =>
        new(16, 16, [.. Enumerable.Range(0, 256).SelectMany(_ => new[] { red, green, blue })]);

    sealed class Row
    {
        public MLImage? High { get; set; }

        public MLImage? Upscaled { get; set; }

        public MLImage? Low { get; set; }
    }

    sealed class Picture
    {
        [ColumnName("Picture")]
        public MLImage? Image { get; set; }
    }
}
