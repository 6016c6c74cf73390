using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Imaging;

[TestClass]
public sealed class ImageTensorsTests
{
    [TestMethod]
    public void Images_become_planes_from_minus_one_to_one()
    {
        using var scope = NewDisposeScope();

        var images = ImageTensors.ToTensor([new(2, 1, [0, 51, 255, 102, 153, 204]), new(2, 1, new byte[6])], CPU);

        Assert.AreEqual(1, scope.DisposablesCount);
        CollectionAssert.AreEqual(new long[] { 2, 3, 1, 2 }, images.shape);
        Assert.IsTrue(images[0].flatten().allclose(tensor([-1f, -0.2f, -0.6f, 0.2f, 1f, 0.6f])));
        Assert.IsTrue(images[1].allclose(tensor(-1f)));
    }

    [TestMethod]
    public void Every_sample_survives_a_round_trip()
    {
        var image = new RgbImage(16, 16, [.. Enumerable.Range(0, 768).Select(i => (byte)i)]);
        using var tensor = ImageTensors.ToTensor([image], CPU);
        using var first = tensor[0];

        CollectionAssert.AreEqual(image.Rgb, TestImages.FromTensor(first).Rgb);
    }

    [TestMethod]
    public void Images_of_different_sizes_are_refused_by_name()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => ImageTensors.ToTensor([TestImages.Noise(4, 2), TestImages.Noise(5, 2)], CPU));

        StringAssert.Contains(error.Message, "Image 1 is 5×2 pixels, the first one 4×2");
    }
}
