using Dream.ML.Imaging;

namespace Dream.ML.Tests.Imaging;

[TestClass]
public sealed class MLImageResizingTests
{
    [TestMethod]
    public void A_resized_image_has_the_resampled_pixels_and_the_tag()
    {
        var pixels = TestImages.Noise(12, 8);
        using var image = MLImagePixels.Write(pixels, "cat");

        using var resized = image.ResizeBicubic(3, 2);

        Assert.AreEqual("cat", resized.Tag);
        CollectionAssert.AreEqual(BicubicResampler.Resize(pixels, 3, 2).Rgb, MLImagePixels.Read(resized).Rgb);
    }

    [TestMethod]
    public void A_side_of_no_pixels_is_refused()
    {
        using var image = MLImagePixels.Write(TestImages.Noise(4, 4));

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => image.ResizeBicubic(0, 4));
    }
}
