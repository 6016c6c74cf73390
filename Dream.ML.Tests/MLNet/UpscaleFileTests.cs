using Dream.ML.Imaging.Files;
using Dream.ML.Tests.Imaging.Files;
using Microsoft.ML;

namespace Dream.ML.Tests.MLNet;

[TestClass]
public sealed class UpscaleFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly NearestUpscaler _upscaler = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void A_file_becomes_a_larger_upright_file_in_the_format_of_its_name()
    {
        var photo = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "Pictures", "full.jpg"));
        _folder.Write("in.jpg", photo);
        foreach (var (name, format) in new[]
        {
            ("a.PNG", ImageFileFormat.Png), ("new/b.jpeg", ImageFileFormat.Jpeg), ("c.webp", ImageFileFormat.WebP),
        })
        {
            var notes = Model().Upscale(_folder["in.jpg"], _folder[name]);
            Assert.AreEqual(format == ImageFileFormat.Jpeg ? 0 : 1, notes.Count);
            var result = ImageFileReader.Read(_folder[name], new());
            Assert.AreEqual((80, 96), (result.Pixels.Width, result.Pixels.Height));
            Assert.IsNotNull(result.Metadata.Exif);

            // A stream gives the same bytes.
            using var output = new MemoryStream();
            CollectionAssert.AreEqual(notes.ToArray(), Model().Upscale(new MemoryStream(photo), output, format).ToArray());
            CollectionAssert.AreEqual(File.ReadAllBytes(_folder[name]), output.ToArray());
        }
    }

    [TestMethod]
    public void What_cannot_be_done_leaves_the_output_as_it_was()
    {
        _folder.Write("in.png", MadeFiles.Encode(MadeFiles.Distinct(4, 4)));
        _folder.Write("half.png", MadeFiles.Encode(TestImages.Noise(40, 40))[..900]);
        _folder.Write("out.png", [1]);
        Assert.ThrowsExactly<ImageFileException>(() => Model().Upscale(_folder["half.png"], _folder["out.png"]));
        Assert.Throws<IOException>(() => Model().Upscale(_folder["in.png"], _folder["in.png"]));
        Assert.Throws<IOException>(() => Model().Upscale(_folder["missing.png"], _folder["out.png"]));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Model().Upscale(_folder["in.png"], _folder["out.tif"])).Message, ".png");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Model().Upscale(_folder["in.png"], _folder["out.png"], quality: 0));
        CollectionAssert.AreEqual(new byte[] { 1 }, File.ReadAllBytes(_folder["out.png"]));
        Assert.HasCount(3, Directory.GetFiles(_folder[""]));
        using var output = new MemoryStream();
        StringAssert.Contains(
            Assert.ThrowsExactly<ImageFileException>(() => Model().Upscale(new MemoryStream(), output)).Message, "empty");
        Assert.AreEqual(0, output.Length);
        Assert.AreEqual(0, _upscaler.Calls);
    }

    [TestMethod]
    public void A_result_over_the_limit_is_refused_before_the_file_is_decoded()
    {
        // Its pixels are missing: decoding it would say so.
        _folder.Write("bomb.png", MadeFiles.Png(10_001, 10_002, 8, 2, [0]));
        var message = Assert.ThrowsExactly<ImageFileException>(
            () => Model().Upscale(
                _folder["bomb.png"], _folder["out.png"], limits: new() { MaxPixels = 200_000_000 })).Message;
        StringAssert.Contains(message, "bomb.png': The image of 10001×10002 pixels would become 20002×20004");
        StringAssert.Contains(message, "raise MaxOutputPixels");
        _folder.Write("wide.png", MadeFiles.Png(9_999, 10, 8, 2, [0]));
        StringAssert.Contains(
            Assert.ThrowsExactly<ImageFileException>(() => Model().Upscale(_folder["wide.png"], _folder["out.webp"])).Message,
            "WebP allows 16,383 a side");
    }

    DreamSuperResolutionTransformer Model() => new(new MLContext(), "Upscaled", "Image", _upscaler);
}
