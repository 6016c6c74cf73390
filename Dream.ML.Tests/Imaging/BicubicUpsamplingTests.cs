using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Imaging;

[TestClass]
public sealed class BicubicUpsamplingTests
{
    [TestMethod]
    [DataRow(2, 13, 9)]
    [DataRow(3, 7, 11)]
    [DataRow(4, 16, 5)]
    [DataRow(8, 5, 3)]
    [DataRow(4, 1, 2)]
    public void Unfolded_it_equals_the_resampler(int scale, int width, int height)
    {
        // Colors whose overshoot stays inside 8 bits: the resampler clamps between its passes.
        var image = TestImages.Noise(width, height, 60, 195);
        using var scope = NewDisposeScope();

        var folded = BicubicUpsampling.Unshuffled(ImageTensors.ToTensor([image], CPU), scale);
        var upsampled = TestImages.FromTensor(nn.functional.pixel_shuffle(folded, scale)[0]);

        CollectionAssert.AreEqual(new long[] { 1, 3 * scale * scale, height, width }, folded.shape);
        ImageAssert.AreClose(BicubicResampler.Resize(image, width * scale, height * scale), upsampled, 0.5);
    }

    [TestMethod]
    [DataRow(2, 13, 9)]
    [DataRow(3, 7, 11)]
    [DataRow(4, 16, 5)]
    [DataRow(8, 5, 3)]
    [DataRow(4, 1, 2)]
    public void Without_libtorch_it_is_the_same(int scale, int width, int height)
    {
        using var scope = NewDisposeScope();
        using var low = new FeatureMap(3, height, width);
        for (var i = 0; i < low.Values.Length; i++)
            low.Values[i] = (i * 37 % 101) / 50f - 1;

        using var upsampled = BicubicInterpolation.Enlarge(low, scale);

        var expected = nn.functional.pixel_shuffle(BicubicUpsampling.Unshuffled(tensor(low.Values.ToArray(), [1, 3, height, width]), scale), scale);
        TensorAssert.AreClose(expected[0], tensor(upsampled.Values.ToArray(), [3, height * scale, width * scale]), 1e-5);
    }

    [TestMethod]
    public void Images_and_channels_of_a_batch_do_not_mix()
    {
        using var scope = NewDisposeScope();
        var images = ImageTensors.ToTensor([TestImages.Noise(6, 4, seed: 1), TestImages.Noise(6, 4, seed: 2)], CPU);

        var together = BicubicUpsampling.Unshuffled(images, 2);

        for (int image = 0; image < 2; image++)
            for (int channel = 0; channel < 3; channel++)
            {
                var alone = BicubicUpsampling.Unshuffled(images.narrow(0, image, 1).narrow(1, channel, 1), 2);
                Assert.IsTrue(alone.allclose(together.narrow(0, image, 1).narrow(1, 4 * channel, 4)));
            }
    }

    [TestMethod]
    public void Only_the_result_is_left_alive()
    {
        using var scope = NewDisposeScope();
        var image = zeros(1, 3, 4, 4);

        BicubicUpsampling.Unshuffled(image, 4);

        Assert.AreEqual(2, scope.DisposablesCount);
    }
}
