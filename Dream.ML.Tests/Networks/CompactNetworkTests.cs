using Dream.ML.Inference.Sampling;
using Dream.ML.Inference.Tiling;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Networks;

[TestClass]
public sealed class CompactNetworkTests
{
    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(8)]
    public void Every_scale_has_its_shapes(int scale)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = Tiny.Random(Tiny.Compact, scale);
        long[] signal = [2, 3 * scale * scale, 5, 7];

        var condition = network.Encode(zeros(2, 3, 5, 7));

        CollectionAssert.AreEqual(signal, condition.InitialPrediction.shape);
        CollectionAssert.AreEqual(new long[] { 2, 8, 5, 7 }, condition.Features!.shape);
        CollectionAssert.AreEqual(signal, network.Predict(zeros(signal), ones(2), condition).shape);
        CollectionAssert.AreEqual(signal, network.ToSignal(zeros(2, 3, 5 * scale, 7 * scale), condition).shape);
        Assert.AreEqual((signal[1], 1), (network.Traits.SignalChannels, network.Traits.SignalScale));
    }

    [TestMethod]
    public void Its_parts_have_names_that_last()
    {
        using var network = Tiny.Compact.Create(2);
        string[] block = ["norm.weight", "norm.bias", "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"];
        string[] expected =
        [
            .. Layer("encoder_in"), .. Layer("guess"), .. Layer("denoiser_in"), .. Layer("denoiser_out"),
            .. Layer("noise_level.layers.0"), .. Layer("noise_level.layers.2"),
            .. block.Select(name => $"encoder.0.{name}"), .. block.Select(name => $"denoiser.0.{name}"), .. Layer("denoiser.0.modulation"),
            "residual_spread",
        ];
        CollectionAssert.AreEquivalent(expected, network.state_dict().Keys);

        static string[] Layer(string name) => [$"{name}.weight", $"{name}.bias"];
    }

    [TestMethod]
    public void An_image_comes_back_from_its_signal()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var scale in new[] { 2, 3, 4, 8 })
        {
            using var network = Tiny.Random(Tiny.Compact, scale);
            var (low, high) = (Image(5, 7), Image(5 * scale, 7 * scale));
            var condition = network.Encode(low);
            var image = condition.InitialPrediction + network.ToSignal(high, condition) * network.SignalUnit;
            TensorAssert.AreClose(high, nn.functional.pixel_shuffle(image, scale), 1e-4, $"scale {scale}");
        }
    }

    [TestMethod]
    public void Before_training_the_first_guess_is_bicubic()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = Tiny.Compact.Create(4);
        var low = Image(5, 7);

        TensorAssert.AreClose(BicubicUpsampling.Unshuffled(low, 4), network.Encode(low).InitialPrediction);
    }

    [TestMethod]
    public void Calibration_measures_the_spread_of_what_interpolation_lacks()
    {
        using var scope = NewDisposeScope();
        using var network = Tiny.Compact.Create(2);
        var low = Image(9, 9);
        var upsampled = nn.functional.pixel_shuffle(BicubicUpsampling.Unshuffled(low, 2), 2);

        network.Calibrate(low, upsampled + 0.1 * Image(18, 18, seed: 2));

        Assert.AreEqual(0.1, network.state_dict()["residual_spread"].item<float>(), 0.005);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void The_receptive_radius_is_exact(int steps)
    {
        const int Height = 3, Width = 41, Center = 20;
        using var engine = Tiny.Engine(Tiny.Compact, 2);
        var receptiveField = engine.Traits.ReceptiveField!;
        // A step reads the condition behind its first layer: one pixel nearer than the signal.
        var radius = receptiveField.ConditionRadius + Math.Max(0, steps * receptiveField.StepRadius - 1);
        var image = TestImages.Noise(Width, Height);
        var changed = new RgbImage(Width, Height, [.. image.Rgb]);
        for (var c = 0; c < 3; c++)
            changed.Rgb[3 * (Width + Center) + c] ^= 0xff;
        var noise = new NoiseField(1, image);

        var (first, second) = (Upscale(image), Upscale(changed));

        // The largest difference of every low-resolution column.
        float[] difference = [.. Enumerable.Range(0, Width).Select(x => Enumerable.Range(0, first.Length)
            .Where(i => i % (2 * Width) / 2 == x).Max(i => Math.Abs(first[i] - second[i])))];
        for (var x = 0; x < Width; x++)
            if (Math.Abs(x - Center) > radius)
                Assert.AreEqual(0, difference[x], $"column {x}");
        Assert.IsGreaterThan(0, difference[Center - radius], "at the radius");
        Assert.IsGreaterThan(1e-3f, difference[Center]);

        float[] Upscale(RgbImage image)
        {
            float[] result = [];
            using var tiling = new ExactTiling(
                engine, Tiny.Sampling(steps), new(image, noise), 64, (_, upscaled) => result = upscaled.Values.ToArray(), CancellationToken.None);
            tiling.Run(report: null);
            return result;
        }
    }

    [TestMethod]
    public void Settings_out_of_range_are_refused_in_words()
    {
        Refused(() => new() { Channels = 7 }, "Channels must be from 8 to 512");
        Refused(() => new() { Channels = 513 }, "Channels must be from 8 to 512");
        Refused(() => new() { EncoderBlocks = 0 }, "EncoderBlocks must be from 1 to 64");
        Refused(() => new() { EncoderBlocks = 65 }, "EncoderBlocks must be from 1 to 64");
        Refused(() => new() { DenoiserBlocks = 0 }, "DenoiserBlocks must be from 1 to 64");
        Refused(() => new() { DenoiserBlocks = 65 }, "DenoiserBlocks must be from 1 to 64");

        static void Refused(Func<CompactSettings> create, string message) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => create().Validate(4)).Message, message);
    }

    static Tensor Image(int height, int width, int seed = 1, int channels = 3)
    {
        using var generator = new Generator((ulong)seed);
        return randn([1, channels, height, width], generator: generator);
    }
}
