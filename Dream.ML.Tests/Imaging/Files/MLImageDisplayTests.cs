using System.Xml.Linq;
using Dream.ML.Imaging;
using Microsoft.ML.Data;

namespace Dream.ML.Tests.Imaging.Files;

[TestClass]
public sealed class MLImageDisplayTests
{
    const string Hostile = """<script>alert("1")</script> & 'a" onload="b'""";

    [TestMethod]
    public void A_png_has_the_colors_and_the_opacity_of_the_image()
    {
        var pixels = TestImages.Noise(7, 5);
        var translucent = new RgbImage(7, 5, pixels.Rgb, [.. Enumerable.Repeat((byte)255, 34), 0]);
        using var image = MLImagePixels.Write(translucent);
        using var file = new MemoryStream(image.ToPng());

        using var read = ImageFiles.Read(file);

        CollectionAssert.AreEqual(image.Pixels.ToArray(), read.Pixels.ToArray());
    }

    [TestMethod]
    public void Images_side_by_side_stand_in_the_page_as_they_are()
    {
        using var image = MLImagePixels.Write(TestImages.Noise(4, 3));

        var html = XElement.Parse(MLImageDisplay.SideBySideHtml(("first", image), (Hostile, image)));

        CollectionAssert.AreEqual(new[] { "first", Hostile }, html.Descendants("figcaption").Select(caption => caption.Value).ToArray());
        foreach (var source in html.Descendants("img").Select(picture => picture.Attribute("src")!.Value))
            CollectionAssert.AreEqual(image.ToPng(), Convert.FromBase64String(source["data:image/png;base64,".Length..]));
    }

    [TestMethod]
    public void A_slider_has_both_images_and_says_which_is_which()
    {
        using var before = MLImagePixels.Write(TestImages.Noise(4, 3, seed: 1));
        using var after = MLImagePixels.Write(TestImages.Noise(4, 3, seed: 2));

        var html = XElement.Parse(after.BeforeAfterHtml(before, Hostile, "DREAM"));

        CollectionAssert.AreEqual(new[] { Hostile, "DREAM" }, html.Descendants("img").Select(picture => picture.Attribute("alt")!.Value).ToArray());
        Assert.AreEqual($"{Hostile} | DREAM", html.Element("input")!.Attribute("aria-label")!.Value);
        CollectionAssert.AreEqual(new[] { before.ToPng(), after.ToPng() }.Select(Convert.ToBase64String).ToArray(),
            html.Descendants("img").Select(picture => picture.Attribute("src")!.Value["data:image/png;base64,".Length..]).ToArray());
    }

    [TestMethod]
    public void Images_of_two_sizes_have_no_slider()
    {
        using var before = MLImagePixels.Write(TestImages.Noise(4, 3));
        using var after = MLImagePixels.Write(TestImages.Noise(8, 6));

        var exception = Assert.ThrowsExactly<ArgumentException>(() => after.BeforeAfterHtml(before));

        StringAssert.Contains(exception.Message, "4 × 3 and 8 × 6");
    }

    [TestMethod]
    public void Nothing_to_show_is_refused()
    {
        MLImage none = null!;
        using var image = MLImagePixels.Write(TestImages.Noise(1, 1));

        Assert.ThrowsExactly<ArgumentException>(() => MLImageDisplay.SideBySideHtml());
        Assert.ThrowsExactly<ArgumentNullException>(() => MLImageDisplay.SideBySideHtml(("caption", none)));
        Assert.ThrowsExactly<ArgumentNullException>(() => none.ToPng());
        Assert.ThrowsExactly<ArgumentNullException>(() => image.BeforeAfterHtml(none));
    }
}
