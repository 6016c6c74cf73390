using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Inference.Tiling;
using Dream.ML.Onnx;
using Dream.ML.Tests.Networks;
using Dream.ML.Torch;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.Tests.Inference;

[TestClass]
public sealed class OnnxExportTests
{
    const int Seed = 5;

    [TestMethod]
    [DataRow(2, 0, 0.5, "Ddim")]
    [DataRow(4, 3, 0.0, "Ddim")]
    [DataRow(4, 1, 0.5, "Ancestral")]
    [DataRow(2, 2, 0.3, "Ddim")]
    [DataRow(3, 5, 0.8, "Ddim")]
    [DataRow(2, 4, 1.0, "DpmSolverPlusPlus")]
    public void A_graph_of_Compact_gives_what_the_network_gives(int scale, int steps, double detail, string sampler) =>
        AssertSameImages(Tiny.Compact with { EncoderBlocks = 2, DenoiserBlocks = 2 }, scale, Tiny.Sampling(steps, sampler) with { Detail = detail });

    [TestMethod]
    [DataRow(2, 1, 0.5, null, 1, "Ddim")]
    [DataRow(4, 3, 0.5, 5.0, 2, "Ddim")]
    [DataRow(3, 2, 0.7, 5.0, 1, "DpmSolverPlusPlus")]
    public void A_graph_of_SR3_gives_what_the_network_gives(
        int scale, int steps, double detail, double? residualScale, int unshuffle, string sampler) => AssertSameImages(
        Tiny.Sr3 with { ResidualScale = residualScale, Unshuffle = unshuffle, AttentionResolutions = [64] },
        scale,
        Tiny.Sampling(steps, sampler) with { Detail = detail });

    [TestMethod]
    public void A_graph_shifts_residuals_too() =>
        AssertSameImages(Tiny.Compact with { Process = DiffusionProcess.ResidualShifting }, 2, Tiny.Sampling(3));

    [TestMethod]
    public void A_graph_of_a_network_of_every_scale_has_the_model_s() => AssertSameImages(Tiny.Implicit, 3, Tiny.Sampling(2));

    [TestMethod]
    public void The_noise_is_scaled_in_the_graph_too() =>
        AssertSameImages(Tiny.Compact, 2, Tiny.Sampling(3) with { EpsilonScaling = 1.05 });

    static void AssertSameImages(NetworkSettings settings, int scale, SamplingSettings sampling)
    {
        using var model = Tiny.Model(new() { Scale = scale, Network = settings, Sampling = sampling });
        using var graph = new OnnxGraphRunner(Export(model));
        foreach (var (width, height) in new[] { (16, 12), (7, 13), (1, 1), (33, 2) })
        {
            var image = TestImages.Noise(width, height);
            ImageAssert.AreClose(NetworkAlone(settings, scale, sampling, image), graph.Upscale(image, sampling.Seed!.Value), 0.99);
        }
    }

    /// <summary>What <see cref="Upscaler"/> makes before it keeps what the input fixes.</summary>
    static RgbImage NetworkAlone(NetworkSettings settings, int scale, SamplingSettings sampling, RgbImage image)
    {
        using var engine = Tiny.Engine(settings, scale);
        var result = new RgbImage(scale * image.Width, scale * image.Height, new byte[3 * scale * scale * image.Width * image.Height]);
        if (engine.Traits.ReceptiveField is null)
        {
            new OverlappingTiling<byte>(engine, sampling, image, CancellationToken.None).Run(result, report: null);
            return result;
        }
        var source = new TileSource(image, new(sampling.Seed!.Value, image));
        using var tiling = new ExactTiling(
            engine, sampling, source, 64,
            (_, upscaled) => PixelPlanes.Write(upscaled.Values, upscaled.Width, upscaled.Height, result, 0, 0), CancellationToken.None);
        tiling.Run(report: null);
        return result;
    }

    [TestMethod]
    public void A_transformer_saves_what_it_upscales_with()
    {
        using var folder = new TemporaryFolder();
        using var transformer = Transformer(steps: 1);
        var path = folder["model.onnx"];
        transformer.SaveAsOnnx(path);

        using var graph = new OnnxGraphRunner(File.ReadAllBytes(path));
        var image = TestImages.Noise(21, 15);
        var expected = transformer.Upscale(image, CancellationToken.None);
        var actual = graph.Upscale(image, Seed);
        LocalBounds.Apply(actual, image, 2, CancellationToken.None);
        ImageAssert.AreClose(expected, actual, 0.99);
    }

    [TestMethod]
    public void A_batch_of_images_gives_what_each_gives_alone()
    {
        using var model = Tiny.Model(Tiny.Compact, 2, 0);
        using var graph = new OnnxGraphRunner(Export(model));
        Assert.AreEqual("batch", graph.Session.InputMetadata["image"].SymbolicDimensions[0]);
        var values = Enumerable.Range(0, 2 * 3 * 5 * 4).Select(i => i * 37 % 101 / 100f).ToArray();
        var both = Run(values, 2);
        CollectionAssert.AreEqual(both, (float[])[.. Run(values[..60], 1), .. Run(values[60..], 1)]);

        float[] Run(float[] images, int count)
        {
            using var input = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(images, [count, 3, 5, 4]);
            using var options = new Microsoft.ML.OnnxRuntime.RunOptions();
            using var outputs = graph.Session.Run(options, ["image"], [input], ["upscaled"]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
    }

    [TestMethod]
    public void Every_weight_is_in_the_file_once()
    {
        using var network = Tiny.Random(Tiny.Compact, 2);
        using var model = Tiny.Model(Tiny.Compact, 2, steps: 3);
        var initializers = ModelProto.Parser.ParseFrom(Export(model)).Graph.Initializer.ToLookup(tensor => tensor.Name);
        foreach (var weight in ModuleWeights.Collect(network))
        {
            var tensor = initializers[weight.Name].Single();
            CollectionAssert.AreEqual(weight.Shape, tensor.Dims);
            CollectionAssert.AreEqual(weight.Data, tensor.RawData.ToByteArray());
        }
    }

    [TestMethod]
    public void Without_sampling_the_file_lacks_the_denoiser_and_asks_for_no_noise()
    {
        using var model = Tiny.Model(Tiny.Compact, 2, steps: 0);
        var graph = ModelProto.Parser.ParseFrom(Export(model)).Graph;
        Assert.IsFalse(graph.Initializer.Any(tensor => tensor.Name.StartsWith("denoiser", StringComparison.Ordinal)));
        CollectionAssert.AreEqual((string[])["image"], graph.Input.Select(input => input.Name).ToArray());
    }

    [TestMethod]
    public void The_metadata_tells_name_scale_settings_and_license()
    {
        using var transformer = Transformer(steps: 2);
        using var stream = new MemoryStream();
        transformer.SaveAsOnnx(stream, new() { ModelName = "Büro", License = "CC-BY-4.0" });
        using var graph = new OnnxGraphRunner(stream.ToArray());

        var metadata = graph.Session.ModelMetadata;
        Assert.AreEqual("Dream.ML", metadata.ProducerName);
        Assert.AreEqual("Büro", metadata.GraphName);
        Assert.AreEqual("Büro", metadata.CustomMetadataMap["name"]);
        Assert.AreEqual("2", metadata.CustomMetadataMap["scale"]);
        Assert.AreEqual("CC-BY-4.0", metadata.CustomMetadataMap["license"]);
        var settings = ModelDescription.FromJson(metadata.CustomMetadataMap["settings"]);
        Assert.AreEqual(Tiny.Compact, settings.Network);
        Assert.AreEqual(transformer.Sampling, settings.Sampling);
    }

    [TestMethod]
    public void The_license_is_MIT_unless_given() => Assert.AreEqual("MIT", new OnnxExportOptions().License);

    [TestMethod]
    [DataRow("Ancestral")]
    [DataRow("Ddim(0.5)")]
    public void A_sampler_that_draws_noise_between_its_steps_is_refused_and_nothing_written(string sampler)
    {
        using var folder = new TemporaryFolder();
        using var transformer = Transformer(steps: 2);
        using var random = transformer.WithSampling(Tiny.Sampling(2, sampler));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => random.SaveAsOnnx(folder["model.onnx"]));
        StringAssert.Contains(error.Message, sampler);
        StringAssert.Contains(error.Message, "WithSampling");
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.ToString()));
    }

    [TestMethod]
    public void ML_NET_applies_an_exported_model()
    {
        using var folder = new TemporaryFolder();
        using var transformer = Transformer(steps: 0);
        transformer.SaveAsOnnx(folder["model.onnx"]);
        var context = new MLContext();
        var image = TestImages.Noise(6, 5);
        var pixels = new float[3 * 5 * 6];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = image.Rgb[i % 30 * 3 + i / 30] / 255f;

        var rows = context.Data.LoadFromEnumerable([new ImageRow { Image = pixels }]);
        var shapes = new Dictionary<string, int[]> { ["image"] = [1, 3, 5, 6] };
        using var step = context.Transforms.ApplyOnnxModel(
            ["upscaled"], ["image"], folder["model.onnx"], shapes, gpuDeviceId: null, fallbackToCpu: false).Fit(rows);
        var upscaled = step.Transform(rows).GetColumn<float[]>("upscaled").Single();

        using var graph = new OnnxGraphRunner(File.ReadAllBytes(folder["model.onnx"]));
        var expected = graph.Upscale(image, Seed);
        for (var i = 0; i < upscaled.Length; i++)
            Assert.AreEqual(expected.Rgb[i % 120 * 3 + i / 120] / 255f, upscaled[i], 1 / 255f);
    }

    static DreamSuperResolutionTransformer Transformer(int steps) =>
        new(new MLContext(), "Upscaled", "Image", Tiny.Model(Tiny.Compact, 2, steps));

    static byte[] Export(SuperResolutionModel model)
    {
        using var stream = new MemoryStream();
        model.SaveAsOnnx(stream, new());
        return stream.ToArray();
    }

    sealed class ImageRow
    {
        [ColumnName("image"), VectorType(1, 3, 5, 6)]
        public float[] Image { get; set; } = [];
    }
}
