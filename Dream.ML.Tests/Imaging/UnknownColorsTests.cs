using Dream.ML.Imaging;

namespace Dream.ML.Tests.Imaging;

[TestClass]
public sealed class UnknownColorsTests
{
    [TestMethod]
    public void Invisible_pixels_take_the_color_of_what_is_visible()
    {
        const int Width = 21, Height = 13;
        var alpha = Enumerable.Range(0, Width * Height).Select(i => (byte)(i % Width < 10 ? 1 + i % 255 : 0)).ToArray();
        var rgb = alpha.SelectMany(a => a > 0 ? new byte[] { 200, 3, 90 } : [0, 255, 0]).ToArray();

        var filled = UnknownColors.Fill(new RgbImage(Width, Height, rgb, alpha));

        CollectionAssert.AreEqual(alpha.SelectMany(_ => new byte[] { 200, 3, 90 }).ToArray(), filled.Rgb);
        Assert.AreSame(alpha, filled.Alpha);
        Assert.AreEqual(255, rgb[^2], "the input is left alone");
    }

    [TestMethod]
    public void Nearest_colors_are_taken_and_visible_ones_stay()
    {
        // Red on the left edge, blue on the right one.
        var rgb = new byte[3 * 16];
        (rgb[0], rgb[^1]) = (255, 255);
        var alpha = new byte[16];
        (alpha[0], alpha[^1]) = (255, 255);

        var filled = UnknownColors.Fill(new RgbImage(16, 1, rgb, alpha)).Rgb;

        CollectionAssert.AreEqual(new byte[] { 255, 0, 0, 255, 0, 0 }, filled[..6]);
        CollectionAssert.AreEqual(new byte[] { 0, 0, 255, 0, 0, 255 }, filled[^6..]);
    }

    [TestMethod]
    [DataRow((byte)0)]
    [DataRow((byte)1)]
    public void An_image_with_nothing_to_fill_or_to_fill_with_is_itself(byte alpha)
    {
        var opaque = TestImages.Noise(5, 4);
        var image = new RgbImage(5, 4, opaque.Rgb, [.. Enumerable.Repeat(alpha, 20)]);
        Assert.AreSame(image, UnknownColors.Fill(image));
        Assert.AreSame(opaque, UnknownColors.Fill(opaque));
    }
}
