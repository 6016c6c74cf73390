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

    [TestMethod]
    public void A_part_has_the_pixels_and_the_tag_of_the_image()
    {
        var pixels = TestImages.Noise(12, 8);
        using var image = MLImagePixels.Write(pixels, "cat");

        using var part = image.Crop(3, 2, 9, 6);

        Assert.AreEqual("cat", part.Tag);
        CollectionAssert.AreEqual(pixels.CropColors(3, 2, 9, 6).Rgb, MLImagePixels.Read(part).Rgb);
    }

    [TestMethod]
    [DataRow(-1, 0, 1, 1, "left")]
    [DataRow(4, 0, 1, 1, "left")]
    [DataRow(0, 3, 1, 1, "top")]
    [DataRow(0, 0, 0, 1, "width")]
    [DataRow(1, 0, int.MaxValue, 1, "width")]
    [DataRow(0, 1, 1, 3, "height")]
    public void A_part_beyond_the_image_is_refused(int left, int top, int width, int height, string wrong)
    {
        using var image = MLImagePixels.Write(TestImages.Noise(4, 3));

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => image.Crop(left, top, width, height));

        Assert.AreEqual(wrong, exception.ParamName);
    }
}
