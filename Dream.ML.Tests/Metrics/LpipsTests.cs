using Dream.ML.IO;
using Dream.ML.Metrics;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Metrics;

[TestClass]
public sealed class LpipsTests
{
    /// <summary>Red and green as they are, without pooling: small enough to compute by hand.</summary>
    static readonly LpipsStage[] OneByOne = [new([0], 2, Kernel: 1, Padding: 0)];

    static readonly RgbImage Image = Flat(255, 204, 0);
    static readonly RgbImage Reference = Flat(204, 255, 0);

    [TestMethod]
    [DataRow(LpipsConvention.Standard, 1, 0.6)]
    [DataRow(LpipsConvention.Dream, 1, 0.8)]
    public void The_distance_is_that_computed_by_hand(LpipsConvention convention, double bright, double dark)
    {
        using var lpips = new Lpips(OneByOne, Weights(
            ("features.0.weight", tensor(new float[] { 1, 0, 0, 0, 1, 0 }).view(2, 3, 1, 1)),
            ("features.0.bias", tensor(new float[] { 0.5f, 0 }))),
            Weights(("lin0.model.1.weight", tensor(new float[] { 2, 3 }).view(1, 2, 1, 1))), convention, "cpu");
        double Red(double color) => (color + .030) / .458 + 0.5;
        double Green(double color) => (color + .088) / .448;
        double lengthA = double.Hypot(Red(bright), Green(dark)), lengthB = double.Hypot(Red(dark), Green(bright));
        var expected = 2 * Math.Pow(Red(bright) / lengthA - Red(dark) / lengthB, 2)
            + 3 * Math.Pow(Green(dark) / lengthA - Green(bright) / lengthB, 2);
        Assert.AreEqual(expected, lpips.Compute(Image, Reference), 1e-6);
    }

    [TestMethod]
    [DataRow(LpipsNetwork.AlexNet)]
    [DataRow(LpipsNetwork.Vgg16)]
    public void The_backbone_is_that_of_torchvision(LpipsNetwork network)
    {
        using var random = new GlobalRandom().Seed(1);
        var (stages, layers, taps) = Narrow(network);
        using var scope = NewDisposeScope();
        using var features = nn.Sequential(layers);
        var heads = stages.Select((stage, i) => ($"lin{i}.model.1.weight", rand(1, stage.Channels, 1, 1))).ToArray();
        using var lpips = new Lpips(stages,
            Weights([.. features.state_dict().Select(entry => ($"features.{entry.Key}", entry.Value))]),
            Weights(heads), device: "cpu");
        var (image, reference) = (TestImages.Noise(67, 70), TestImages.Noise(67, 70, seed: 2));

        using var noGrad = no_grad();
        var x = ImageTensors.ToTensor([image, reference], CPU);
        x = (x - tensor(new[] { -.030f, -.088f, -.188f }).view(1, 3, 1, 1))
            / tensor(new[] { .458f, .448f, .450f }).view(1, 3, 1, 1);
        double expected = 0;
        var stage = 0;
        foreach (var (name, layer) in layers)
        {
            x = layer.call(x);
            if (!taps.Contains(name))
                continue;
            var unit = nn.functional.normalize(x);
            expected += ((unit[0] - unit[1]).square() * heads[stage++].Item2[0]).sum(0L).mean().item<float>();
        }
        Assert.AreEqual(5, stage);
        Assert.AreEqual(expected, lpips.Compute(image, reference), 1e-5 * expected);
        Assert.IsGreaterThan(0.01, expected);
        Assert.AreEqual(0, lpips.Compute(image, image));
    }

    [TestMethod]
    public void Weights_that_are_missing_or_left_over_are_named()
    {
        var heads = Weights(("lin0.model.1.weight", ones(1, 2, 1, 1)));
        var weight = ("features.0.weight", ones(2, 3, 1, 1));
        var bias = ("features.0.bias", ones(2));

        Refuses(Weights(weight), heads, "backbone", "'features.0.bias' is missing");
        Refuses(Weights(weight, bias, ("features.2.bias", ones(2))), heads, "backbone", "'features.2.bias' has no place");
        Refuses(Weights(weight, ("features.0.bias", ones(3))), heads, "backbone", "'features.0.bias' is [3], not [2]");
        Refuses(Weights(weight, bias), Weights(("lin0.weight", ones(1))), "heads", "'lin0.model.1.weight' is missing");
        // The classifier of a published file is no part of LPIPS.
        new Lpips(OneByOne, Weights(weight, bias, ("classifier.1.weight", ones(1))), heads, device: "cpu").Dispose();

        static void Refuses(SafetensorsFile backbone, SafetensorsFile heads, string part, string problem)
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => new Lpips(OneByOne, backbone, heads, device: "cpu"));
            StringAssert.Contains(error.Message, part);
            StringAssert.Contains(error.Message, problem);
        }
    }

    [TestMethod]
    public void Files_are_read_and_bad_ones_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write("bad.safetensors", new byte[4]);
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => Lpips.Load(LpipsNetwork.AlexNet, folder["bad.safetensors"], folder["heads.safetensors"]));
        StringAssert.Contains(error.Message, "bad.safetensors");

        WriteFile(folder["backbone.safetensors"], Weights(("features.0.bias", ones(64))));
        File.Copy(folder["backbone.safetensors"], folder["heads.safetensors"]);
        error = Assert.ThrowsExactly<InvalidDataException>(
            () => Lpips.Load(LpipsNetwork.Vgg16, folder["backbone.safetensors"], folder["heads.safetensors"], device: "cpu"));
        StringAssert.Contains(error.Message, "'features.0.weight' is missing");
    }

    [TestMethod]
    public void Files_of_the_published_shapes_are_loaded()
    {
        using var scope = NewDisposeScope();
        using var random = new GlobalRandom().Seed(1);
        using var folder = new TemporaryFolder();
        (int Layer, long[] Shape)[] convolutions =
            [(0, [64, 3, 11, 11]), (3, [192, 64, 5, 5]), (6, [384, 192, 3, 3]), (8, [256, 384, 3, 3]), (10, [256, 256, 3, 3])];
        WriteFile(folder["backbone.safetensors"], Weights(
        [
            .. convolutions.Select(conv => ($"features.{conv.Layer}.weight", 0.05 * randn(conv.Shape))),
            .. convolutions.Select(conv => ($"features.{conv.Layer}.bias", zeros(conv.Shape[0]))),
            ("classifier.6.bias", zeros(1000)),
        ]));
        WriteFile(folder["heads.safetensors"], Weights(
            [.. convolutions.Select((conv, i) => ($"lin{i}.model.1.weight", ones(1, conv.Shape[0], 1, 1)))]));

        using var lpips = Lpips.Load(LpipsNetwork.AlexNet, folder["backbone.safetensors"], folder["heads.safetensors"], device: "cpu");

        Assert.AreEqual(0, lpips.Compute(Image, Image));
        Assert.IsGreaterThan(1e-3, lpips.Compute(TestImages.Noise(64, 64), TestImages.Noise(64, 64, seed: 2)));
    }

    [TestMethod]
    public void Nothing_is_left_behind()
    {
        TensorAssert.LeavesNone(3, () =>
        {
            using var scope = NewDisposeScope();
            using var lpips = new Lpips(OneByOne,
                Weights(("features.0.weight", ones(2, 3, 1, 1)), ("features.0.bias", ones(2))),
                Weights(("lin0.model.1.weight", ones(1, 2, 1, 1))), device: "cpu");
            lpips.Compute(Image, Reference);
        });
    }

    [TestMethod]
    public void Small_images_and_different_sizes_are_refused()
    {
        using var lpips = new Lpips(OneByOne,
            Weights(("features.0.weight", ones(2, 3, 1, 1)), ("features.0.bias", ones(2))),
            Weights(("lin0.model.1.weight", ones(1, 2, 1, 1))), device: "cpu");
        var small = TestImages.Noise(40, 31);

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => lpips.Compute(small, small)).Message, "40×31");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => lpips.Compute(Image, TestImages.Noise(40, 32))).Message, "40×32");
    }

    /// <summary>Torchvision's <c>features</c> with few channels, and which layers LPIPS taps.</summary>
    static (LpipsStage[] Stages, (string, nn.Module<Tensor, Tensor>)[] Layers, string[] Taps) Narrow(LpipsNetwork network)
    {
        var (stages, layers, taps) = network == LpipsNetwork.AlexNet
            ? (LpipsStage.AlexNet, new nn.Module<Tensor, Tensor>[]
            {
                nn.Conv2d(3, 3, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
                nn.Conv2d(3, 4, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
                nn.Conv2d(4, 5, 3, 1, 1), nn.ReLU(), nn.Conv2d(5, 6, 3, 1, 1), nn.ReLU(),
                nn.Conv2d(6, 7, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(3, 2),
            }, new[] { "1", "4", "7", "9", "11" })
            : (LpipsStage.Vgg16,
                [.. Block(3, 3, 2), .. Block(3, 4, 2), .. Block(4, 5, 3), .. Block(5, 6, 3), .. Block(6, 7, 3)],
                ["3", "8", "15", "22", "29"]);
        return ([.. stages.Select((stage, i) => stage with { Channels = 3 + i })],
            [.. layers.Select((layer, i) => ($"{i}", layer))], taps);

        static nn.Module<Tensor, Tensor>[] Block(int from, int to, int convolutions) =>
        [
            .. Enumerable.Range(0, convolutions).SelectMany(i =>
                new nn.Module<Tensor, Tensor>[] { nn.Conv2d(i == 0 ? from : to, to, 3, 1, 1), nn.ReLU() }),
            nn.MaxPool2d(2, 2),
        ];
    }

    static SafetensorsFile Weights(params (string Name, Tensor Tensor)[] weights) =>
        new(weights.Select(weight => SafetensorsTensor.FromTensor(weight.Name, weight.Tensor)));

    static void WriteFile(string path, SafetensorsFile content)
    {
        using var file = File.Create(path);
        Safetensors.Write(file, content);
    }

    static RgbImage Flat(byte red, byte green, byte blue) =>
        new(32, 32, [.. Enumerable.Range(0, 32 * 32).SelectMany(_ => new[] { red, green, blue })]);
}
