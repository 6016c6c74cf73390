using Dream.ML.Core;
using Dream.ML.Inference.Sampling;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Inference;

[TestClass]
public sealed class NoiseFieldTests
{
    const int Channels = 3, Height = 150, Width = 250;

    readonly NoiseField _field = new(1, TestImages.Noise(5, 4));

    [TestMethod]
    public void A_place_has_its_noise_however_the_field_is_cut()
    {
        using var scope = NewDisposeScope();
        var whole = All(_field, 2);
        foreach (var (left, top, width, height) in new[] { (0, 0, 1, 1), (249, 149, 1, 1), (17, 31, 100, 60), (0, 149, 250, 1) })
            Assert.IsTrue(whole[.., top..(top + height), left..(left + width)].equal(Cut(_field, 2, left, top, width, height)).all().item<bool>());
    }

    [TestMethod]
    public void The_noise_is_standard_normal()
    {
        using var scope = NewDisposeScope();
        var noise = All(_field, 0);
        Assert.AreEqual(0, noise.mean().item<float>(), 0.01);
        Assert.AreEqual(1, noise.var().item<float>(), 0.01);
        Assert.AreEqual(0, noise.pow(3).mean().item<float>(), 0.05);
        Assert.AreEqual(3, noise.pow(4).mean().item<float>(), 0.1);
        Assert.IsTrue(noise.isfinite().all().item<bool>());
        foreach (var neighbor in new[] { noise.roll(1, 2), noise.roll(1, 1), noise.roll(1, 0) })
            Assert.AreEqual(0, (noise * neighbor).mean().item<float>(), 0.012);
    }

    [TestMethod]
    public void Draws_seeds_and_images_have_noise_of_their_own()
    {
        using var scope = NewDisposeScope();
        var image = TestImages.Noise(5, 4);
        image.Rgb[7] ^= 1;
        Tensor[] fields =
        [
            All(_field, 0), All(_field, 1), All(new(2, TestImages.Noise(5, 4)), 0), All(new(1, image), 0),
            All(new(1, new RgbImage(4, 5, TestImages.Noise(5, 4).Rgb)), 0),
        ];
        for (var i = 0; i < fields.Length; i++)
            for (var j = 0; j < i; j++)
                Assert.AreEqual(0, (fields[i] * fields[j]).mean().item<float>(), 0.012, $"{i} and {j}");
        TensorAssert.AreClose(fields[0], All(new(1, TestImages.Noise(5, 4)), 0));
    }

    static Tensor All(NoiseField field, int draw) => Cut(field, draw, 0, 0, Width, Height);

    static Tensor Cut(NoiseField field, int draw, int left, int top, int width, int height)
    {
        using var part = new FeatureMap(Channels, height, width);
        field.Cut(draw, Width, Height, left, top, part);
        return tensor(part.Values.ToArray(), [Channels, height, width]);
    }
}
