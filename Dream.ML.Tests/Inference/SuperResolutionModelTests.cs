using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.IO;
using Dream.ML.Networks;
using Dream.ML.Networks.Engines;
using Dream.ML.Tests.Networks;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Inference;

[TestClass]
public sealed class SuperResolutionModelTests
{
    readonly SuperResolutionModel _model = Tiny.Model(Tiny.Compact, 3, steps: 2);

    [TestCleanup]
    public void Free() => _model.Dispose();

    [TestMethod]
    public void One_pixel_is_an_image()
    {
        var result = _model.Upscale(TestImages.Noise(1, 1));
        Assert.AreEqual((3, 3), (result.Width, result.Height));
    }

    [TestMethod]
    [DataRow(3000, false, @"Set MemoryBudgetMB to \d+ or less, for smaller tiles\.$")]
    [DataRow(20, false, @"Use a machine or a limit with more memory, or a smaller image\.$")]
    [DataRow(20, true, @"Use a machine or a limit with more memory, or a smaller image\.$")]
    public void Too_little_memory_is_an_error_that_says_what_would_fit(int width, bool sr3, string text)
    {
        var original = new ExternalException("CUDA out of memory. Tried to allocate 2.00 GiB.");
        NetworkSettings settings = sr3 ? Tiny.Sr3 : new CompactSettings();
        var upscaler = new Upscaler(new FailingEngine(settings.Traits(4), original), Tiny.Sampling(1));

        var e = Assert.ThrowsExactly<InsufficientMemoryException>(() => upscaler.Upscale(TestImages.Noise(width, 18)));

        StringAssert.Matches(e.Message, new($@"^The memory is too small to upscale an image of {width}×18 pixels\. " + text));
        Assert.AreSame(original, e.InnerException);
    }

    sealed class FailingEngine(NetworkTraits traits, Exception failure) : INetworkEngine
    {
        public NetworkTraits Traits => traits;

        public float SignalUnit => 1;

        public string Memory => "The memory";

        public FeatureMap Encode(FeatureMap image, CancellationToken cancellation) => throw failure;

        public FeatureMap Denoise(FeatureMap noisy, double noiseLevel, FeatureMap features, CancellationToken cancellation) => throw failure;

        public void Dispose() { }
    }

    [TestMethod]
    public void Opacity_is_enlarged_by_interpolation()
    {
        byte[] alpha = [10, 50, 100, 150, 20, 70, 120, 170, 40, 90, 140, 190];
        var image = new RgbImage(4, 3, TestImages.Noise(4, 3).Rgb, alpha);

        var (result, opaque) = (_model.Upscale(image), _model.Upscale(new(4, 3, image.Rgb)));

        CollectionAssert.AreEqual(BicubicResampler.Resize(image, 12, 9).Alpha, result.Alpha);
        CollectionAssert.AreEqual(opaque.Rgb, result.Rgb);
        Assert.IsNull(opaque.Alpha);
    }

    [TestMethod]
    public void Threads_may_share_it()
    {
        var images = Enumerable.Range(0, 8).Select(seed => TestImages.Noise(9, 8, seed: seed)).ToArray();
        var expected = Array.ConvertAll(images, image => _model.Upscale(image).Rgb);
        Parallel.For(0, images.Length, i => CollectionAssert.AreEqual(expected[i], _model.Upscale(images[i]).Rgb));
    }

    [TestMethod]
    public void Canceled_upscaling_does_not_begin() => Assert.ThrowsExactly<OperationCanceledException>(
        () => _model.Upscale(TestImages.Noise(9, 8), new CancellationToken(canceled: true)));

    [TestMethod]
    public void After_Dispose_every_use_throws()
    {
        _model.Dispose();
        _model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => _model.Upscale(TestImages.Noise(1, 1)));
        Assert.ThrowsExactly<ObjectDisposedException>(() => _model.Save(Stream.Null, new Dictionary<string, string>()));
    }

    [TestMethod]
    public void Every_network_comes_back_from_its_file()
    {
        foreach (NetworkSettings settings in new NetworkSettings[] { Tiny.Compact, Tiny.Sr3 })
        {
            using var model = Tiny.Model(settings, 2, steps: 2);
            var image = TestImages.Noise(7, 6);

            var (again, metadata) = SuperResolutionModel.Load(Saved(model));

            using (again)
                CollectionAssert.AreEqual(model.Upscale(image).Rgb, again.Upscale(image).Rgb);
            Assert.AreEqual("b", metadata["a"]);
            Assert.AreEqual(model.Description.Sampling, again.Description.Sampling);
        }
    }

    [TestMethod]
    public void Loading_leaves_no_more_tensors_than_making_a_network()
    {
        var stream = Saved(_model);
        // TorchSharp's count does not come back to where it was when a layer is made and disposed.
        var made = Left(() => Tiny.Compact.Create(3).Dispose());
        Assert.IsLessThanOrEqualTo(made, Left(() =>
        {
            stream.Position = 0;
            SuperResolutionModel.Load(stream).Model.Dispose();
        }));

        static long Left(Action work)
        {
            work();
            var before = Tensor.TotalCount;
            work();
            return Tensor.TotalCount - before;
        }
    }

    [TestMethod]
    [DataRow("\"Format\":1", "\"Format\":2", "Use the version that saved it, or a newer one")]
    [DataRow("\"Scale\":3", "\"Scale\":0", "Scale")]
    [DataRow("\"Scale\":3", "\"Scale\":100000", "Scale")]
    [DataRow("\"Steps\":2", "\"Steps\":-1", "Steps")]
    [DataRow("\"Detail\":0.5", "\"Detail\":-1", "Detail")]
    [DataRow("\"Channels\":8", "\"Channels\":0", "Channels must be from 8 to 512")]
    [DataRow("\"Channels\":8", "\"Channels\":16", "do not fit the network")]
    [DataRow("\"compact\"", "\"unheard\"", "description cannot be read")]
    [DataRow("\"Ddim\"", "\"Unheard\"", "description cannot be read")]
    [DataRow("{", "", "description cannot be read")]
    public void A_description_that_makes_no_sense_is_refused_in_words(string found, string replacement, string message)
    {
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Reload(found, replacement)).Message, message);
    }

    [TestMethod]
    public void A_file_without_the_newer_settings_has_their_defaults()
    {
        var file = Safetensors.Read(Saved(_model));
        var json = JsonNode.Parse(file.Metadata["dream.model"])!;
        var sampling = json["Sampling"]!.AsObject();
        foreach (var name in new[] { "ColorFidelity", "Detail", "EpsilonScaling", "OutputScale", "TargetHeight", "TargetWidth" })
            Assert.IsTrue(sampling.Remove(name), name);
        CollectionAssert.AreEqual(
            new[] { "Sampler", "Steps", "Seed" }, sampling.Select(member => member.Key).ToArray());
        var metadata = new Dictionary<string, string> { ["dream.model"] = json.ToJsonString() };
        var stream = new MemoryStream();
        Safetensors.Write(stream, new(file.Tensors.Values, metadata));
        stream.Position = 0;

        using var model = SuperResolutionModel.Load(stream).Model;

        Assert.AreEqual(_model.Description.Sampling with { ColorFidelity = true }, model.Description.Sampling);
    }

    [TestMethod]
    public void A_file_does_not_decide_what_is_a_matter_of_the_machine()
    {
        using var model = Reload("\"Seed\":5", "\"Seed\":5,\"MaxOutputPixels\":7,\"MemoryBudgetMB\":17");
        Assert.AreEqual(_model.Description.Sampling, model.Description.Sampling);
    }

    [TestMethod]
    public void Half_precision_halves_the_file_and_hardly_changes_the_result()
    {
        var (whole, half) = (Saved(_model), new MemoryStream());
        _model.Save(half, new Dictionary<string, string>(), halfPrecision: true);
        half.Position = 0;
        var weights = Tiny.Compact.Layout(3).Values.Sum(shape => shape.Aggregate(1L, (product, side) => product * side));
        Assert.IsLessThan(whole.Length - 2 * weights + 100, half.Length);

        using var model = SuperResolutionModel.Load(half).Model;

        var image = TestImages.Noise(9, 8);
        ImageAssert.AreClose(_model.Upscale(image), model.Upscale(image), 0.99);
    }

    [TestMethod]
    [DataRow(float.NaN, false)]
    [DataRow(1e6f, true)]
    public void Weights_that_would_not_be_read_are_not_written(float value, bool halfPrecision)
    {
        using var network = Tiny.Random(Tiny.Compact, 3);
        using (no_grad())
            network.state_dict()["guess.bias"].fill_(value);
        using var model = new SuperResolutionModel(_model.Description, ModuleWeights.Collect(network));
        var stream = new MemoryStream();

        var e = Assert.ThrowsExactly<InvalidOperationException>(
            () => model.Save(stream, new Dictionary<string, string>(), halfPrecision));

        StringAssert.Contains(e.Message, "'guess.bias' are not all finite");
        Assert.AreEqual(0, stream.Length);
    }

    [TestMethod]
    public void A_description_of_terabytes_is_refused_before_a_network_is_made()
    {
        var giant = new Sr3Settings { InnerChannels = 1024, ChannelMultipliers = [64, 64, 64, 64, 64, 64, 64], ResBlocks = 16 };
        var description = Tiny.Describe(giant, 8, steps: 1);
        foreach (var tensors in new SafetensorsTensor[][] { [], [new("denoise_fn.downs.0.bias", SafetensorsType.F32, [1024], new byte[4096])] })
        {
            var stream = new MemoryStream();
            Safetensors.Write(stream, new(tensors, new Dictionary<string, string> { ["dream.model"] = description.ToJson() }));
            stream.Position = 0;
            var (made, allocated) = (Tensor.TotalCount, GC.GetAllocatedBytesForCurrentThread());

            var e = Assert.ThrowsExactly<InvalidDataException>(() => SuperResolutionModel.Load(stream));

            StringAssert.Contains(e.Message, "do not fit the network: 'denoise_fn.noise_level_mlp.1.weight' is missing");
            Assert.AreEqual(made, Tensor.TotalCount);
            Assert.IsLessThan(20_000_000, GC.GetAllocatedBytesForCurrentThread() - allocated);
        }
    }

    [TestMethod]
    public void Another_safetensors_file_is_not_a_model()
    {
        var stream = new MemoryStream();
        Safetensors.Write(stream, new([]));
        stream.Position = 0;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SuperResolutionModel.Load(stream)).Message, "not a Dream.ML model");
    }

    /// <summary>The model from its file with another description.</summary>
    SuperResolutionModel Reload(string found, string replacement)
    {
        var file = Safetensors.Read(Saved(_model));
        var json = file.Metadata["dream.model"];
        StringAssert.Contains(json, found);
        var stream = new MemoryStream();
        Safetensors.Write(stream, new(file.Tensors.Values, new Dictionary<string, string> { ["dream.model"] = json.Replace(found, replacement) }));
        stream.Position = 0;
        return SuperResolutionModel.Load(stream).Model;
    }

    static MemoryStream Saved(SuperResolutionModel model)
    {
        var stream = new MemoryStream();
        model.Save(stream, new Dictionary<string, string> { ["a"] = "b" });
        stream.Position = 0;
        return stream;
    }
}
