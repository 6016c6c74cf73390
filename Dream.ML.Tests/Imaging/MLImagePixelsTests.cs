using Dream.ML.Imaging;
using Microsoft.ML.Data;

namespace Dream.ML.Tests.Imaging;

[TestClass]
public sealed class MLImagePixelsTests
{
    [TestMethod]
    [DataRow(MLPixelFormat.Bgra32)]
    [DataRow(MLPixelFormat.Rgba32)]
    public void Both_pixel_formats_are_read(MLPixelFormat format)
    {
        byte[] pixels = format == MLPixelFormat.Rgba32
            ? [10, 20, 30, 255, 100, 50, 25, 128]
            : [30, 20, 10, 255, 25, 50, 100, 128];
        using var image = MLImage.CreateFromPixels(2, 1, format, pixels);

        var read = MLImagePixels.Read(image);

        CollectionAssert.AreEqual(new byte[] { 10, 20, 30, 199, 100, 50 }, read.Rgb);
        CollectionAssert.AreEqual(new byte[] { 255, 128 }, read.Alpha);
    }

    [TestMethod]
    public void Opaque_images_have_no_alpha_and_survive_a_round_trip()
    {
        var image = TestImages.Noise(7, 5);

        using var written = MLImagePixels.Write(image);
        var read = MLImagePixels.Read(written);

        Assert.IsNull(read.Alpha);
        CollectionAssert.AreEqual(image.Rgb, read.Rgb);
    }

    [TestMethod]
    [DataRow(MLPixelFormat.Bgra32)]
    [DataRow(MLPixelFormat.Rgba32)]
    public void Every_premultiplied_color_survives_a_round_trip(MLPixelFormat format)
    {
        var pixels = new byte[4 * 256 * 256];
        for (int i = 0; i < 256 * 256; i++)
        {
            var (alpha, color) = Math.DivRem(i, 256);
            pixels.AsSpan(4 * i, 3).Fill((byte)Math.Min(color, alpha));
            pixels[4 * i + 3] = (byte)alpha;
        }
        using var image = MLImage.CreateFromPixels(256, 256, format, pixels);

        using var written = MLImagePixels.Write(MLImagePixels.Read(image));

        CollectionAssert.AreEqual(pixels, written.Pixels.ToArray());
    }

    [TestMethod]
    public void Straight_colors_survive_a_round_trip_as_far_as_their_alpha_carries()
    {
        byte[] alpha = [.. Enumerable.Range(0, 65536).Select(i => (byte)(i / 256))];
        var image = new RgbImage(256, 256, TestImages.Noise(256, 256).Rgb, alpha);

        using var written = MLImagePixels.Write(image);
        var read = MLImagePixels.Read(written);

        CollectionAssert.AreEqual(alpha, read.Alpha);
        for (int i = 3 * 256; i < image.Rgb.Length; i++)
            Assert.AreEqual(image.Rgb[i], read.Rgb[i], 127.5 / alpha[i / 3] + 0.5, $"alpha {alpha[i / 3]}");
    }

    [TestMethod]
    public void Colors_never_exceed_their_alpha()
    {
        using var written = MLImagePixels.Write(new(1, 1, [255, 254, 0], [3]));

        CollectionAssert.AreEqual(new byte[] { 0, 3, 3, 3 }, written.Pixels.ToArray());
    }

    [TestMethod]
    public void Colors_above_their_alpha_are_read_as_full()
    {
        using var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [200, 128, 0, 128]);

        CollectionAssert.AreEqual(new byte[] { 0, 255, 255 }, MLImagePixels.Read(image).Rgb);
    }

    [TestMethod]
    public void The_tag_is_written()
    {
        using var written = MLImagePixels.Write(TestImages.Noise(1, 1), "photo.png");

        Assert.AreEqual("photo.png", written.Tag);
    }

    [TestMethod]
    public void Reading_leaves_the_image_alive()
    {
        using var image = MLImagePixels.Write(TestImages.Noise(3, 2));

        MLImagePixels.Read(image);

        Assert.AreEqual(24, image.Pixels.Length);
    }
}
