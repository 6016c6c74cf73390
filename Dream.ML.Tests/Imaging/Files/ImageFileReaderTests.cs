using Dream.ML.Imaging.Files;
using SkiaSharp;

namespace Dream.ML.Tests.Imaging.Files;

[TestClass]
public sealed class ImageFileReaderTests
{
    [TestMethod]
    // The corners of A B / C D as each orientation shows them, row by row.
    [DataRow(1, "ABCDEF", 3)]
    [DataRow(2, "CBAFED", 3)]
    [DataRow(3, "FEDCBA", 3)]
    [DataRow(4, "DEFABC", 3)]
    [DataRow(5, "ADBECF", 2)]
    [DataRow(6, "DAEBFC", 2)]
    [DataRow(7, "FCEBDA", 2)]
    [DataRow(8, "CFBEAD", 2)]
    public void Every_orientation_is_turned_upright(int orientation, string upright, int width)
    {
        var stored = new RgbImage(3, 2, [.. "ABCDEF".SelectMany(letter => Enumerable.Repeat((byte)letter, 3))]);
        foreach (var littleEndian in new[] { true, false })
        {
            var file = Decode(MadeFiles.Encode(stored, exif: MadeFiles.Exif((byte)orientation, littleEndian)));
            Assert.AreEqual(width, file.Pixels.Width);
            var reds = file.Pixels.Rgb.Where((_, i) => i % 3 == 0);
            Assert.AreEqual(upright, string.Concat(reds.Select(level => (char)level)));
            CollectionAssert.AreEqual(MadeFiles.Exif(1, littleEndian), file.Metadata.Exif);
        }
    }

    [TestMethod]
    [DataRow(ImageFileFormat.Jpeg)]
    [DataRow(ImageFileFormat.WebP)]
    public void Orientation_is_found_in_every_format(ImageFileFormat format)
    {
        var file = Decode(MadeFiles.Encode(MadeFiles.Distinct(16, 8), format, MadeFiles.Exif(6)));
        Assert.AreEqual((8, 16), (file.Pixels.Width, file.Pixels.Height));
    }

    [TestMethod]
    public void Colors_stay_exact_under_any_opacity()
    {
        var image = MadeFiles.Distinct(5, 4, withAlpha: true);
        var file = Decode(MadeFiles.Encode(image));
        CollectionAssert.AreEqual(image.Rgb, file.Pixels.Rgb);
        CollectionAssert.AreEqual(image.Alpha, file.Pixels.Alpha);
        Assert.IsEmpty(file.Notes);
    }

    [TestMethod]
    public void Gray_is_read_as_RGB()
    {
        var file = Decode(MadeFiles.Png(2, 1, 8, 0, [0, 10, 200]));
        CollectionAssert.AreEqual(new byte[] { 10, 10, 10, 200, 200, 200 }, file.Pixels.Rgb);
        Assert.AreEqual("gray was read as RGB", file.Notes.Single());
    }

    [TestMethod]
    public void A_palette_is_resolved()
    {
        var file = Decode(MadeFiles.Png(2, 1, 8, 3, [0, 1, 0], palette: [1, 2, 3, 4, 5, 6]));
        CollectionAssert.AreEqual(new byte[] { 4, 5, 6, 1, 2, 3 }, file.Pixels.Rgb);
        Assert.AreEqual("the palette was resolved to RGB", file.Notes.Single());
    }

    [TestMethod]
    public void Samples_of_16_bits_are_reduced_to_8()
    {
        var file = Decode(MadeFiles.Png(1, 1, 16, 2, [0, 0x10, 0x10, 0x80, 0x80, 0xFF, 0xFF]));
        CollectionAssert.AreEqual(new byte[] { 0x10, 0x80, 0xFF }, file.Pixels.Rgb);
        Assert.AreEqual("16-bit samples were reduced to 8 bits", file.Notes.Single());
    }

    [TestMethod]
    public void Cmyk_is_converted_to_RGB()
    {
        var file = Decode(MadeFiles.CmykJpeg());
        Assert.AreEqual((8, 8), (file.Pixels.Width, file.Pixels.Height));
        Assert.HasCount(1, file.Pixels.Rgb.Distinct());
        StringAssert.StartsWith(file.Notes.Single(), "CMYK was converted to RGB; the file does not tell whether its inks are inverted");
    }

    [TestMethod]
    public void Of_an_animation_the_first_frame_is_read()
    {
        var file = Decode(MadeFiles.Gif());
        CollectionAssert.AreEqual(new byte[] { 255, 0, 0 }, file.Pixels.Rgb);
        Assert.AreEqual("the first of 2 frames was read", file.Notes.Single());
    }

    [TestMethod]
    public void Of_an_animated_WebP_the_first_frame_is_read()
    {
        var (first, second) = (TestImages.Noise(24, 16, seed: 1), TestImages.Noise(24, 16, seed: 2));
        var file = Decode(MadeFiles.AnimatedWebP(first, second));
        CollectionAssert.AreEqual(Decode(MadeFiles.Encode(first, ImageFileFormat.WebP)).Pixels.Rgb, file.Pixels.Rgb);
        Assert.AreEqual("the first of 2 frames was read", file.Notes.Single());
    }

    [TestMethod]
    public void A_bitmap_is_read() =>
        CollectionAssert.AreEqual(new byte[] { 255, 0, 0 }, Decode(MadeFiles.Bmp()).Pixels.Rgb);

    [TestMethod]
    public void Other_color_spaces_are_converted_to_sRGB()
    {
        var profile = Profile(SKColorSpaceXyz.DisplayP3);
        var file = Decode(MadeFiles.Encode(new(1, 1, [100, 180, 90]), icc: profile));
        Assert.IsLessThan(100, file.Pixels.Rgb[0]);
        Assert.IsNull(file.Metadata.Icc);
        Assert.AreEqual("the colors were converted to sRGB", file.Notes.Single());
    }

    [TestMethod]
    [DataRow(ImageFileFormat.Png)]
    [DataRow(ImageFileFormat.Jpeg)]
    [DataRow(ImageFileFormat.WebP)]
    public void Metadata_survive_the_way_from_file_to_file(ImageFileFormat format)
    {
        var profile = Profile(SKColorSpaceXyz.Srgb);
        var image = MadeFiles.Distinct(6, 4, withAlpha: true);
        var plain = Decode(MadeFiles.Encode(image, format));
        var file = Decode(MadeFiles.Encode(image, format, MadeFiles.Exif(1), profile));
        CollectionAssert.AreEqual(MadeFiles.Exif(1), file.Metadata.Exif);
        CollectionAssert.AreEqual(profile, file.Metadata.Icc);
        CollectionAssert.AreEqual(plain.Pixels.Rgb, file.Pixels.Rgb);
        CollectionAssert.AreEqual(plain.Pixels.Alpha, file.Pixels.Alpha);
    }

    [TestMethod]
    public void Limits_hold_before_anything_is_decoded()
    {
        using var folder = new TemporaryFolder();
        var file = MadeFiles.Encode(MadeFiles.Distinct(20, 10));
        folder.Write("a.png", file);
        Refused("199 allowed", () => ImageFileReader.Decode(file, "a.png", new() { MaxPixels = 199 }));
        Refused("bytes, more than the 10 allowed",
            () => ImageFileReader.ReadBytes(folder["a.png"], new() { MaxFileBytes = 10 }));
        Refused("100,000 × 100,000", () => Decode(MadeFiles.Png(100_000, 100_000, 8, 2, [0])));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ImageLimits { MaxPixels = 0 });
    }

    [TestMethod]
    public void An_empty_file_is_called_empty()
    {
        using var folder = new TemporaryFolder();
        folder.Write("empty.jpg", []);
        Refused("empty.jpg': It is empty", () => ImageFileReader.ReadBytes(folder["empty.jpg"], new()));
    }

    [TestMethod]
    public void What_is_no_image_is_called_what_it_is()
    {
        Refused("It is a text file", () => Decode([.. "Bonjour, ceci est une épreuve.\n"u8]));
        Refused("TIFF", () => Decode(MadeFiles.Exif(1)));
        Refused("It is not an image", () => Decode([0, 0, 7, 7, 0xFE]));
    }

    [TestMethod]
    [DataRow(ImageFileFormat.Png)]
    [DataRow(ImageFileFormat.Jpeg)]
    [DataRow(ImageFileFormat.WebP)]
    public void A_file_without_all_its_pixels_is_refused(ImageFileFormat format)
    {
        var file = MadeFiles.Encode(TestImages.Noise(64, 64), format);
        foreach (var share in new[] { .3, .6, .9, .99 })
            Refused("truncated", () => Decode(file[..(int)(file.Length * share)]));
    }

    [TestMethod]
    public void A_PNG_without_its_end_mark_is_whole_if_its_pixels_are_there()
    {
        var image = TestImages.Noise(16, 16);
        var file = Decode(MadeFiles.Encode(image)[..^2]);
        CollectionAssert.AreEqual(image.Rgb, file.Pixels.Rgb);
        Assert.AreEqual("the end mark is missing, the pixels are all there", file.Notes.Single());
    }

    [TestMethod]
    public void Hostile_files_give_an_image_or_a_clear_error()
    {
        const int Count = 800;
        var image = TestImages.Noise(24, 16);
        var exif = MadeFiles.Exif(6);
        byte[][] good =
        [
            MadeFiles.Encode(image, exif: exif, icc: Profile(SKColorSpaceXyz.DisplayP3)),
            MadeFiles.Encode(image, ImageFileFormat.Jpeg, exif, Profile(SKColorSpaceXyz.DisplayP3)),
            MadeFiles.Encode(image, ImageFileFormat.WebP, exif, Profile(SKColorSpaceXyz.DisplayP3)),
            MadeFiles.Gif(), MadeFiles.AnimatedWebP(image, image), MadeFiles.Bmp(),
            new JpegFormat().Insert(MadeFiles.CmykJpeg(), new(exif, MadeFiles.InkProfile()), image, []),
            .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", "Pictures"), "*.*g")
                .Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        ];
        var random = new Random(7);
        var (images, refused) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            byte[] file = [.. good[random.Next(good.Length)]];
            if (i % 4 == 0)
                file = file[..random.Next(1, file.Length)];
            else if (i % 4 == 1)
                for (var flips = random.Next(1, 12); flips > 0; flips--)
                    file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            else if (i % 4 == 2)
                random.NextBytes(file.AsSpan(random.Next(12, 40)));
            else
                Move(file, random.Next(file.Length), random.Next(2, file.Length), random.Next(1, 64));
            try
            {
                var decoded = ImageFileReader.Decode(file, "hostile", new() { MaxPixels = 1_000_000 });
                // What it carries is written into all formats, and read again.
                foreach (var format in Enum.GetValues<ImageFileFormat>())
                    Decode(ImageFileWriter.Encode(image, decoded.Metadata, format, quality: 50).File);
                images++;
            }
            catch (ImageFileException e)
            {
                StringAssert.StartsWith(e.Message, "'hostile': ");
                refused++;
            }
        }
        Assert.AreEqual(Count, images + refused);
        Assert.IsGreaterThan(200, images);
        Assert.IsGreaterThan(200, refused);
    }

    static void Move(byte[] file, int from, int to, int length)
    {
        length = Math.Min(length, file.Length - Math.Max(from, to));
        file.AsSpan(from, length).CopyTo(file.AsSpan(to));
    }

    static byte[] Profile(SKColorSpaceXyz gamut)
    {
        // Skia reads profiles but writes them only into files.
        using var space = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, gamut);
        using var bitmap = new SKBitmap(new SKImageInfo(1, 1, SKColorType.Rgba8888, SKAlphaType.Opaque, space));
        using var file = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return new JpegFormat().ReadHeader(file.ToArray(), "file").Metadata.Icc!;
    }

    static ImageFile Decode(byte[] file) => ImageFileReader.Decode(file, "file", new());

    static void Refused(string reason, Action action) =>
        StringAssert.Contains(Assert.ThrowsExactly<ImageFileException>(action).Message, reason);
}
