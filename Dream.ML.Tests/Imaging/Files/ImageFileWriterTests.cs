using Dream.ML.Imaging.Files;
using Dream.ML.IO;

namespace Dream.ML.Tests.Imaging.Files;

[TestClass]
public sealed class ImageFileWriterTests
{
    [TestMethod]
    public void Transparency_is_laid_on_white_in_JPEG()
    {
        var image = new RgbImage(8, 8, new byte[192], new byte[64]);
        var (file, notes) = ImageFileWriter.Encode(image, MadeFiles.NoMetadata, ImageFileFormat.Jpeg, 90);
        var decoded = ImageFileReader.Decode(file, "file", new()).Pixels;
        Assert.IsTrue(decoded.Rgb.All(level => level == 255));
        StringAssert.Contains(notes.Single(), "white");
    }

    [TestMethod]
    public void Quality_decides_about_the_size()
    {
        foreach (var format in new[] { ImageFileFormat.Jpeg, ImageFileFormat.WebP })
            Assert.IsLessThan(Length(format, 95), Length(format, 30));

        static int Length(ImageFileFormat format, int quality) =>
            ImageFileWriter.Encode(TestImages.Noise(64, 64), MadeFiles.NoMetadata, format, quality).File.Length;
    }

    [TestMethod]
    public void Exif_that_JPEG_cannot_hold_is_dropped_with_a_note()
    {
        var exif = new byte[70_000];
        MadeFiles.Exif(1).CopyTo(exif, 0);
        var image = MadeFiles.Distinct(8, 8);
        var (file, notes) = ImageFileWriter.Encode(image, new(exif, Icc: null), ImageFileFormat.Jpeg, 90);
        Assert.IsNull(ImageFileReader.Decode(file, "file", new()).Metadata.Exif);
        StringAssert.Contains(notes.Single(), "EXIF was dropped");
    }

    [TestMethod]
    public void Sizes_that_a_format_cannot_have_are_refused()
    {
        ImageFileWriter.ThrowIfTooLarge("a.png", 16_383, 10, ImageFileFormat.WebP);
        foreach (var (width, format) in new[] { (16_384, ImageFileFormat.WebP), (65_501, ImageFileFormat.Jpeg) })
            Assert.ThrowsExactly<ImageFileException>(() => ImageFileWriter.ThrowIfTooLarge("a.png", width, 10, format));
        Assert.ThrowsExactly<ImageFileException>(
            () => ImageFileWriter.ThrowIfTooLarge("a.png", 30_000, 30_000, ImageFileFormat.Png));
    }

    [TestMethod]
    public void A_write_that_fails_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        folder.Write("name/taken", [1]);
        Assert.Throws<Exception>(() => AtomicFile.Write(folder["name"], "test", stream => stream.Write([1, 2, 3])));
        CollectionAssert.AreEqual(new[] { folder["name"] }, Directory.GetFileSystemEntries(folder[""]));
    }
}
