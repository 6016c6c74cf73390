using Dream.ML.Networks;
using Dream.ML.Serialization;
using Dream.ML.Tests.Inference;
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

        var result = model.Upscale([TestImages.Noise(width, height)])[0];

        Assert.AreEqual((width * scale, height * scale), (result.Width, result.Height));
    }

    [TestMethod]
    [DataRow(2, 2)]
    [DataRow(3, 4)]
    [DataRow(4, 1)]
    [DataRow(8, 1)]
    public void Low_resolution_sizes_divide_by_what_the_coarsest_level_needs(int scale, int multiple)
    {
        using var network = Tiny.Sr3.Create(scale);
        Assert.AreEqual(multiple, network.SizeMultiple);
    }

    [TestMethod]
    public void Settings_out_of_range_are_refused_in_words()
    {
        Refused(new() { NormGroups = 0 }, "NormGroups must be at least 1");
        Refused(new() { InnerChannels = 48 }, "a multiple of NormGroups (32)");
        Refused(new() { InnerChannels = 2048 }, "InnerChannels must be an even number up to 1024");
        Refused(new() { InnerChannels = 3, NormGroups = 3 }, "InnerChannels must be an even number");
        Refused(new() { ChannelMultipliers = [] }, "ChannelMultipliers must be 1 to 7 numbers between 1 and 64");
        Refused(new() { ChannelMultipliers = [1, 1, 1, 1, 1, 1, 1, 1] }, "ChannelMultipliers must be 1 to 7 numbers");
        Refused(new() { ChannelMultipliers = [0] }, "ChannelMultipliers must be 1 to 7 numbers");
        Refused(new() { ChannelMultipliers = null! }, "ChannelMultipliers must be 1 to 7 numbers");
        Refused(new() { AttentionResolutions = null! }, "AttentionResolutions must be a list");
        Refused(new() { ResBlocks = 0 }, "ResBlocks must be between 1 and 16");
        Refused(new() { Dropout = 1 }, "Dropout must be in [0, 1)");
        Refused(new() { ImageSize = 0 }, "ImageSize must be between 1 and 65536");

        static void Refused(Sr3Settings settings, string message) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => settings.Validate(4)).Message, message);
    }
}
