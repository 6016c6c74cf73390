using System.Text.Json.Nodes;
using Dream.ML.Inference;
using Dream.ML.Inference.Tiling;
using Dream.ML.Tests.Inference;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Networks;

[TestClass]
public sealed class Sr3NetworkTests
{
    [TestMethod]
    public void Published_weights_find_their_place_and_come_back()
    {
        using var scope = NewDisposeScope();
        using var network = Sr3UNetTests.Settings.Create(4);
        var published = Fixture.Load("sr3-unet-weights.safetensors").Tensors.Values
            .Select(tensor => tensor with { Name = $"denoise_fn.{tensor.Name}" }).ToArray();

        ModuleWeights.Restore(network, new(published));

        var collected = ModuleWeights.Collect(network).ToDictionary(tensor => tensor.Name, tensor => tensor.Data);
        Assert.HasCount(published.Length, collected);
        foreach (var tensor in published)
            CollectionAssert.AreEqual(tensor.Data, collected[tensor.Name], tensor.Name);
    }

    [TestMethod]
    [DataRow(5, 7, 2)]
    [DataRow(1, 1, 3)]
    [DataRow(2, 9, 4)]
    public void Images_of_any_size_go_through(int width, int height, int scale)
    {
        using var model = Tiny.Model(Tiny.Sr3, scale, steps: 2);

        var result = model.Upscale(TestImages.Noise(width, height));

        Assert.AreEqual((width * scale, height * scale), (result.Width, result.Height));
    }

    [TestMethod]
    [DataRow(2, 1, 2)]
    [DataRow(3, 1, 4)]
    [DataRow(4, 1, 1)]
    [DataRow(8, 1, 1)]
    [DataRow(2, 2, 4)]
    [DataRow(4, 3, 3)]
    public void Low_resolution_sizes_divide_by_what_the_coarsest_level_needs(int scale, int unshuffle, int multiple)
    {
        var settings = Tiny.Sr3 with { Unshuffle = unshuffle };
        Assert.AreEqual((multiple, scale * multiple), (settings.Traits(scale).SizeMultiple, settings.PatchUnit(scale)));
    }

    [TestMethod]
    public void Unless_told_otherwise_it_is_the_papers_network()
    {
        using var scope = NewDisposeScope();
        using var network = Tiny.Sr3.Create(4);
        var image = rand(1, 3, 16, 16) * 2 - 1;
        var condition = network.Encode(zeros(1, 3, 4, 4));

        Assert.AreEqual((1, null), (Tiny.Sr3.Unshuffle, Tiny.Sr3.ResidualScale));
        TensorAssert.AreClose(image, network.ToSignal(image, condition), 0);
        Assert.AreEqual((1f, false), (network.SignalUnit, network.Traits.AddsToPrediction));
    }

    [TestMethod]
    public void A_residual_is_scaled_and_gives_back_its_image()
    {
        using var scope = NewDisposeScope();
        using var network = (Tiny.Sr3 with { ResidualScale = 5 }).Create(4);
        var image = rand(2, 3, 16, 24) * 2 - 1;
        var condition = network.Encode(rand(2, 3, 4, 6) * 2 - 1);

        var signal = network.ToSignal(image, condition);

        TensorAssert.AreClose((image - condition.InitialPrediction) * 5, signal, 1e-5);
        TensorAssert.AreClose(image, condition.InitialPrediction + signal * network.SignalUnit, 1e-5);
    }

    [TestMethod]
    [DataRow(null, 1.0)]
    [DataRow(5.0, 2.0)]
    public void Estimates_are_clipped_where_the_signal_ends(double? residualScale, double end) =>
        Assert.AreEqual(end, (Tiny.Sr3 with { ResidualScale = residualScale }).Traits(4).SignalRange);

    [TestMethod]
    public void Without_a_residual_the_clipped_signal_is_the_image()
    {
        // At the noisiest level an untrained estimate, (y − s·ε̂)/g, is far out.
        using var engine = Tiny.Engine(Tiny.Sr3, 2);
        var image = TestImages.Noise(8, 8);
        float[] result = [];
        using var tiling = new ExactTiling(
            engine, Tiny.Sampling(1), new(image, new(1, image)), 64, (_, upscaled) => result = upscaled.Values.ToArray(), CancellationToken.None);
        tiling.Run(report: null);
        Assert.AreEqual((-1f, 1f), (result.Min(), result.Max()));
    }

    [TestMethod]
    public void Folding_changes_the_channels_inside_and_no_shape_outside()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = Tiny.Random(Tiny.Sr3 with { Unshuffle = 2, ImageSize = 16, AttentionResolutions = [8] }, 2);
        var state = network.state_dict();

        var output = network.Predict(zeros(1, 3, 16, 24), ones(1), network.Encode(zeros(1, 3, 8, 12)));

        CollectionAssert.AreEqual(new long[] { 1, 3, 16, 24 }, output.shape);
        Assert.AreEqual(2 * 3 * 4, state["denoise_fn.downs.0.weight"].shape[1], "channels in");
        Assert.AreEqual(3 * 4, state["denoise_fn.final_conv.block.3.weight"].shape[0], "channels out");
        Assert.IsTrue(state.ContainsKey("denoise_fn.downs.1.attn.norm.weight"), "the first level works at half of 16");
    }

    [TestMethod]
    public void Descriptions_from_before_folding_and_residuals_are_read_as_the_papers()
    {
        var description = Tiny.Describe(Tiny.Sr3, 4, steps: 2);
        var json = JsonNode.Parse(description.ToJson())!;
        Assert.IsTrue(json["Network"]!.AsObject().Remove(nameof(Sr3Settings.Unshuffle)));
        Assert.IsTrue(json["Network"]!.AsObject().Remove(nameof(Sr3Settings.ResidualScale)));

        var network = (Sr3Settings)ModelDescription.FromJson(json.ToJsonString()).Network;

        Assert.AreEqual((1, null), (network.Unshuffle, network.ResidualScale));
    }

    [TestMethod]
    public void Settings_out_of_range_are_refused_in_words()
    {
        Refused(() => new() { NormGroups = 0 }, "NormGroups must be at least 1");
        Refused(() => new() { InnerChannels = 48 }, "a multiple of NormGroups (32)");
        Refused(() => new() { InnerChannels = 2048 }, "InnerChannels must be an even number up to 1024");
        Refused(() => new() { InnerChannels = 3, NormGroups = 3 }, "InnerChannels must be an even number");
        Refused(() => new() { ChannelMultipliers = [] }, "ChannelMultipliers must be 1 to 7 numbers from 1 to 64");
        Refused(() => new() { ChannelMultipliers = [1, 1, 1, 1, 1, 1, 1, 1] }, "ChannelMultipliers must be 1 to 7 numbers");
        Refused(() => new() { ChannelMultipliers = [0] }, "ChannelMultipliers must be 1 to 7 numbers");
        Refused(() => new() { ChannelMultipliers = null! }, "ChannelMultipliers must be 1 to 7 numbers");
        Refused(() => new() { AttentionResolutions = null! }, "AttentionResolutions must be a list");
        Refused(() => new() { ResBlocks = 0 }, "ResBlocks must be from 1 to 16");
        Refused(() => new() { Dropout = 1 }, "Dropout must be in [0, 1)");
        Refused(() => new() { ImageSize = 0 }, "ImageSize must be from 1 to 65,536");
        Refused(() => new() { Unshuffle = 0 }, "Unshuffle must be from 1 to 4 with 5 levels");
        Refused(() => new() { Unshuffle = 5 }, "Unshuffle must be from 1 to 4 with 5 levels");
        Refused(() => new() { ResidualScale = 0 }, "ResidualScale must be above 0 and at most 100, or null");
        Refused(() => new() { ResidualScale = double.NaN }, "ResidualScale must be above 0 and at most 100, or null");

        static void Refused(Func<Sr3Settings> create, string message) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => create().Validate(4)).Message, message);
    }
}
