using Dream.ML.Networks.Sr3;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Networks;

[TestClass]
public sealed class Sr3UNetTests
{
    // The "config" in the metadata of the weights fixture.
    internal static readonly Sr3Settings Settings = new()
    {
        InnerChannels = 8,
        NormGroups = 4,
        ChannelMultipliers = [1, 2, 4],
        AttentionResolutions = [8],
        ResBlocks = 1,
        Dropout = 0,
        ImageSize = 16,
    };

    [TestMethod]
    public void The_names_are_the_published_ones()
    {
        using var network = new Sr3UNet(Settings);

        CollectionAssert.AreEquivalent(Fixture.Load("sr3-unet-weights.safetensors").Tensors.Keys, network.state_dict().Keys);
    }

    [TestMethod]
    [DataRow("x", "y", 2)]
    [DataRow("x_rect", "y_rect", 1)]
    public void The_output_is_that_of_the_authors(string input, string output, int batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var numbers = Fixture.Load("sr3-unet-forward.safetensors").Tensors;
        using var network = AuthorsNetwork();

        var y = network.forward(numbers[input].ToTensor(), numbers["noise_level"].ToTensor()[..batch]);

        Assert.IsLessThanOrEqualTo(1e-4f, Distance(y, numbers[output].ToTensor()));
    }

    [TestMethod]
    public void The_noise_level_encoding_is_that_of_the_authors()
    {
        using var scope = NewDisposeScope();
        var numbers = Fixture.Load("sr3-unet-forward.safetensors").Tensors;
        using var encoding = new NoiseLevelEncoding(Settings.InnerChannels);

        var encoded = encoding.forward(numbers["noise_level"].ToTensor().reshape(-1));

        Assert.IsLessThanOrEqualTo(1e-6f, Distance(encoded, numbers["noise_level_encoding"].ToTensor().squeeze(1)));
    }

    [TestMethod]
    public void A_fresh_network_has_neutral_norms_and_orthogonal_weights()
    {
        using var scope = NewDisposeScope();
        using var network = new Sr3UNet(Settings);
        var state = network.state_dict();

        Assert.IsTrue(state["mid.0.attn.norm.weight"].eq(1).all().item<bool>());
        Assert.IsTrue(state["mid.0.attn.norm.bias"].eq(0).all().item<bool>());
        Assert.IsTrue(state["final_conv.block.3.bias"].eq(0).all().item<bool>());
        var rows = state["final_conv.block.3.weight"].detach().reshape(3, -1);
        Assert.IsLessThanOrEqualTo(1e-5f, Distance(rows.mm(rows.t()), eye(3)));
    }

    [TestMethod]
    public void A_forward_pass_leaves_only_its_result()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = new Sr3UNet(Settings);
        var (x, level) = (zeros(1, 6, 16, 16), ones(1));
        // The scope's own count: other tests make tensors meanwhile.
        var before = scope.DisposablesCount;

        network.forward(x, level);

        Assert.AreEqual(before + 1, scope.DisposablesCount);
    }

    [TestMethod]
    public void An_indivisible_size_is_refused_in_words()
    {
        using var scope = NewDisposeScope();
        using var network = new Sr3UNet(Settings);

        var e = Assert.ThrowsExactly<ArgumentException>(() => network.forward(zeros(1, 6, 16, 18), ones(1)));

        StringAssert.Contains(e.Message, "divisible by 4");
    }

    internal static Sr3UNet AuthorsNetwork()
    {
        var network = new Sr3UNet(Settings);
        ModuleWeights.Restore(network, Fixture.Load("sr3-unet-weights.safetensors"));
        return network;
    }

    static float Distance(Tensor a, Tensor b)
    {
        CollectionAssert.AreEqual(b.shape, a.shape);
        return (a - b).abs().max().item<float>();
    }
}
