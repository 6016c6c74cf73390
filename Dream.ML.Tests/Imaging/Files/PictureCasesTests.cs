using System.Buffers.Binary;
using System.Text;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;

namespace Dream.ML.Tests.Imaging.Files;

/// <summary>Files as cameras, scanners and programs write them, see Fixtures/Pictures/README.md.</summary>
[TestClass]
public sealed class PictureCasesTests
{
    [TestMethod]
    [DataRow("gray_dotgain.png", new byte[] { 39, 85, 124, 149, 194, 235 })]
    [DataRow("gray_dotgain.jpg", new byte[] { 39, 85, 124, 149, 194, 235 })]
    [DataRow("gray_lightness.png", new byte[] { 23, 56, 92, 119, 173, 227 })]
    public void Gray_profiles_are_applied(string name, byte[] expected)
    {
        var file = Decode(name);
        AssertPatches(file, [.. expected.SelectMany(level => Enumerable.Repeat(level, 3))], tolerance: 2);
        for (var i = 0; i < file.Pixels.Rgb.Length; i++)
            Assert.AreEqual(file.Pixels.Rgb[i - i % 3], file.Pixels.Rgb[i]);
        CollectionAssert.AreEqual(new[] { "gray was read as RGB", "the colors were converted to sRGB" }, file.Notes.ToArray());
        Assert.IsNull(file.Metadata.Icc);
    }

    [TestMethod]
    [DataRow("profiled.jpg", "the colors were converted to sRGB")]
    [DataRow("untagged.jpg", "the colors were converted to sRGB (EXIF, Adobe RGB)")]
    public void Adobe_RGB_is_converted_and_EXIF_says_so(string name, string note)
    {
        var file = Decode(name);
        AssertPatches(file, [231, 57, 34, 0, 181, 57, 34, 68, 205, 129, 129, 129, 241, 201, 37, 12, 12, 12], tolerance: 3);
        Assert.AreEqual(note, file.Notes.Single());
        Assert.AreEqual(1, ExifNumber(file.Metadata.Exif!, 0xA001));
        Assert.IsFalse(ExifBlock.IsAdobeRgb(file.Metadata.Exif!));
        Assert.IsGreaterThan(0, file.Metadata.Exif.AsSpan().IndexOf("R98\0"u8));
        Assert.IsLessThan(0, file.Metadata.Exif.AsSpan().IndexOf("R03\0"u8));
    }

    [TestMethod]
    [DataRow("gama_linear.png", "gAMA and cHRM", new byte[] { 200, 60, 40, 40, 180, 70, 50, 70, 200, 128, 128, 128, 230, 200, 60, 20, 20, 20 })]
    [DataRow("gama_1.8.png", "gAMA and cHRM", new byte[] { 200, 60, 40, 40, 180, 70, 50, 70, 200, 128, 128, 128, 230, 200, 60, 20, 20, 20 })]
    [DataRow("chrm_adobe.png", "gAMA and cHRM", new byte[] { 231, 57, 34, 0, 181, 57, 34, 68, 205, 128, 128, 128, 241, 201, 37, 20, 20, 20 })]
    [DataRow("cicp_p3.png", "cICP", new byte[] { 217, 42, 23, 0, 183, 49, 44, 71, 208, 128, 128, 128, 236, 199, 0, 20, 20, 20 })]
    public void Colors_that_PNG_chunks_describe_are_converted(string name, string source, byte[] expected)
    {
        var file = Decode(name);
        // Whether a gamma of 0.45455 is meant literally or as sRGB's curve makes a few levels.
        AssertPatches(file, expected, tolerance: name == "chrm_adobe.png" ? 5 : 3);
        Assert.AreEqual($"the colors were converted to sRGB ({source})", file.Notes.Single());
    }

    [TestMethod]
    public void Encodings_that_are_not_supported_are_named()
    {
        var file = File.ReadAllBytes(Path("cicp_p3.png"));
        var chunk = file.AsSpan().IndexOf("cICP"u8);
        using var changed = new MemoryStream();
        changed.Write(file.AsSpan(0, chunk - 4));
        PngFormat.Write(changed, "cICP"u8, [9, 16, 0, 1]);
        changed.Write(file.AsSpan(chunk + 12));
        StringAssert.Contains(Decode(changed.ToArray()).Notes.Single(), "cICP 9/16/0/1");
    }

    [TestMethod]
    public void Profiles_of_inks_are_applied()
    {
        byte[] adobe = [0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0];
        var plain = MadeFiles.CmykJpeg();
        byte[] inverted = [.. plain[..2], .. adobe, .. plain[2..]];
        Assert.AreEqual("CMYK was converted to RGB", Decode(inverted).Notes.Single());

        var file = Decode(new JpegFormat().Insert(inverted, new(Icc: MadeFiles.InkProfile()), MadeFiles.Distinct(8, 8), []));
        foreach (var (actual, expected) in file.Pixels.Rgb[..3].Zip(new byte[] { 142, 127, 122 }))
            Assert.IsLessThanOrEqualTo(6, Math.Abs(actual - expected), string.Join(' ', file.Pixels.Rgb[..3]));
        CollectionAssert.AreEqual(
            new[] { "CMYK was converted to RGB", "the colors were converted to sRGB" }, file.Notes.ToArray());
        Assert.IsNull(file.Metadata.Icc);
    }

    [TestMethod]
    public void A_profile_that_cannot_be_used_is_named()
    {
        var file = Decode(MadeFiles.Encode(MadeFiles.Distinct(4, 4), icc: [.. new byte[200]]));
        StringAssert.StartsWith(file.Notes.Single(), "the colors were left as they are");
        byte[] gif = [.. MadeFiles.Gif()[..^1], 0x21, 0xFF, 11, .. "ICCRGBG1012"u8, 0, 0x3B];
        CollectionAssert.Contains(Decode(gif).Notes.ToArray(), ImageFormat.UnusedColors);
    }

    [TestMethod]
    public void Bitmaps_that_describe_their_colors_are_named_and_their_resolution_is_kept()
    {
        var plain = MadeFiles.Bmp();
        byte[] version4 = [.. plain[..54], .. new byte[68], .. plain[54..]];
        (version4[10], version4[14]) = (122, 108);
        BinaryPrimitives.WriteInt32LittleEndian(version4.AsSpan(38), 11811);
        BinaryPrimitives.WriteInt32LittleEndian(version4.AsSpan(42), 11811);
        var file = Decode(version4);
        Assert.IsEmpty(file.Notes);
        Assert.AreEqual(300, file.Metadata.Resolution!.Value.X, 0.01);
        "DEBM"u8.CopyTo(version4.AsSpan(70));
        Assert.AreEqual(ImageFormat.UnusedColors, Decode(version4).Notes.Single());
    }

    [TestMethod]
    public void Stray_bytes_between_segments_change_nothing()
    {
        var file = Decode("extraneous.jpg");
        AssertMeans(file.Pixels, 107.6, 103.9, 100.2);
        Assert.IsEmpty(file.Notes);
    }

    [TestMethod]
    public void A_JPEG_without_its_end_mark_is_whole_if_its_pixels_are_there()
    {
        var whole = File.ReadAllBytes(Path("noeoi.jpg"));
        foreach (var file in new[] { Decode(whole), Decode([.. whole, .. new byte[1000]]), Decode([.. whole, 0xFF]) })
        {
            AssertMeans(file.Pixels, 107.6, 103.9, 100.2);
            Assert.AreEqual("the end mark is missing, the pixels are all there", file.Notes.Single());
        }
        for (var missing = 3; missing < whole.Length - 700; missing++)
        {
            Refused("truncated", whole[..^missing]);
            Refused("truncated", [.. whole[..^missing], .. new byte[1000]]);
        }
    }

    [TestMethod]
    public void Half_a_JPEG_before_a_whole_one_is_truncated() =>
        Refused("truncated", File.ReadAllBytes(Path("two_images.jpg")));

    [TestMethod]
    public void JPEGs_that_cannot_be_decoded_are_called_what_they_are()
    {
        var file = File.ReadAllBytes(Path("extraneous.jpg"));
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        Refused("It is a 12-bit JPEG, which is not supported. Convert it first.", With(4, 12));
        Refused("It is a lossless JPEG, which is not supported.", With(1, 0xC3));
        Refused("It is a JPEG-LS file, which is not supported.", With(1, 0xF7));

        byte[] With(int at, byte value)
        {
            byte[] changed = [.. file];
            changed[frame + at] = value;
            return changed;
        }
    }

    [TestMethod]
    public void Of_an_animated_PNG_the_first_frame_is_read()
    {
        var file = Decode("anim.png");
        CollectionAssert.AreEqual(new byte[] { 255, 0, 0 }, file.Pixels.Rgb[..3]);
        CollectionAssert.Contains(file.Notes.ToArray(), "the first of 2 frames was read");
    }

    [TestMethod]
    [DataRow(ImageFileFormat.Jpeg)]
    [DataRow(ImageFileFormat.Png)]
    [DataRow(ImageFileFormat.WebP)]
    public void Metadata_describe_the_result(ImageFileFormat format)
    {
        var input = Decode("full.jpg");
        Assert.AreEqual((40, 48), (input.Pixels.Width, input.Pixels.Height));
        var result = BicubicResampler.Resize(input.Pixels, 160, 192);
        var (bytes, notes) = ImageFileWriter.Encode(result, input.Metadata, format, quality: 90);
        var metadata = Decode(bytes).Metadata;

        var exif = metadata.Exif!;
        Assert.AreEqual((1, 160, 192), (ExifBlock.Orientation(exif), ExifNumber(exif, 0xA002), ExifNumber(exif, 0xA003)));
        Assert.AreEqual(-1, exif.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD8]), "thumbnail");
        // The count of entries of the first directory, then what follows them.
        Assert.AreEqual(0, BinaryPrimitives.ReadInt32BigEndian(exif.AsSpan(10 + 12 * exif[9])), "second directory");
        foreach (var kept in new[] { "A. Tester", "2020:01:02 03:04:05" })
            Assert.IsGreaterThan(0, exif.AsSpan().IndexOf(Encoding.ASCII.GetBytes(kept)));
        Assert.IsNotNull(ExifNumber(exif, 0x8825), "GPS");

        var xmp = Encoding.UTF8.GetString(metadata.Xmp!);
        StringAssert.Contains(xmp, "<xmp:Rating>5</xmp:Rating>");
        StringAssert.Contains(xmp, "<rdf:li>tree</rdf:li>");
        StringAssert.Contains(xmp, "<tiff:Orientation>1</tiff:Orientation>");

        if (format == ImageFileFormat.Jpeg)
            Assert.IsGreaterThan(0, metadata.Iptc.AsSpan().IndexOf("tree"u8));
        var lost = format == ImageFileFormat.Jpeg ? null : $"IPTC was dropped: {(format == ImageFileFormat.Png ? "PNG" : "WebP")} has no place for it";
        Assert.AreEqual(lost, notes.SingleOrDefault());
        if (format != ImageFileFormat.WebP)
            Assert.AreEqual(300, metadata.Resolution!.Value.X, 0.01);
    }

    [TestMethod]
    public void The_resolution_of_a_PNG_is_kept_or_named()
    {
        var input = Decode("dpi.png");
        Assert.IsNotNull(input.Metadata.Icc);
        foreach (var format in new[] { ImageFileFormat.Png, ImageFileFormat.Jpeg })
            Assert.AreEqual(300, Decode(ImageFileWriter.Encode(input.Pixels, input.Metadata, format, 90).File).Metadata.Resolution!.Value.Y, 0.01);
        StringAssert.StartsWith(
            ImageFileWriter.Encode(input.Pixels, input.Metadata, ImageFileFormat.WebP, 90).Notes.Single(), "the resolution was dropped");
    }

    [TestMethod]
    public void Sizes_beyond_16_bits_fit_into_EXIF()
    {
        var exif = ExifBlock.WithSize(Decode("full.jpg").Metadata.Exif!, 70_000, 80_000);
        Assert.AreEqual((70_000, 80_000), (ExifNumber(exif, 0xA002), ExifNumber(exif, 0xA003)));
    }

    [TestMethod]
    public void Damaged_XMP_is_dropped_with_a_note()
    {
        var image = MadeFiles.Distinct(8, 8);
        var (jpeg, _) = ImageFileWriter.Encode(image, MadeFiles.NoMetadata, ImageFileFormat.Jpeg, 90);
        var file = Decode(new JpegFormat().Insert(jpeg, new(Xmp: [.. "<x:xmpmeta"u8]), image, []));
        Assert.IsNull(file.Metadata.Xmp);
        Assert.AreEqual("XMP was dropped: it is damaged", file.Notes.Single());
    }

    [TestMethod]
    public void A_size_is_refused_before_decoding()
    {
        var file = MadeFiles.Png(9_999, 5_000, 8, 2, [0]);
        (int, int) asked = default;
        Assert.ThrowsExactly<NotSupportedException>(() => ImageFileReader.Decode(file, "file", new(), (width, height) =>
        {
            asked = (width, height);
            throw new NotSupportedException();
        }));
        Assert.AreEqual((9_999, 5_000), asked);
    }

    static ImageFile Decode(string name) => Decode(File.ReadAllBytes(Path(name)));

    static ImageFile Decode(byte[] file) => ImageFileReader.Decode(file, "file", new());

    static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", "Pictures", name);

    static void Refused(string reason, byte[] file) =>
        StringAssert.Contains(Assert.ThrowsExactly<ImageFileException>(() => Decode(file)).Message, reason);

    /// <summary>Six patches side by side.</summary>
    static void AssertPatches(ImageFile file, byte[] expected, int tolerance)
    {
        var (image, side) = (file.Pixels, file.Pixels.Width / 6);
        var actual = Enumerable.Range(0, 6)
            .SelectMany(patch => image.Rgb.AsSpan(3 * (image.Height / 2 * image.Width + patch * side + side / 2), 3).ToArray()).ToArray();
        for (var i = 0; i < expected.Length; i++)
            Assert.IsLessThanOrEqualTo(tolerance, Math.Abs(expected[i] - actual[i]), string.Join(' ', actual));
    }

    static void AssertMeans(RgbImage image, params double[] expected)
    {
        for (var c = 0; c < 3; c++)
            Assert.AreEqual(expected[c], image.Rgb.Where((_, i) => i % 3 == c).Average(level => level), 1);
    }

    /// <summary>The number of the first entry with that tag in a big-endian block.</summary>
    static int? ExifNumber(byte[] exif, ushort tag)
    {
        for (byte type = 3; type <= 4; type++)
        {
            var at = exif.AsSpan().IndexOf((ReadOnlySpan<byte>)[(byte)(tag >> 8), (byte)tag, 0, type, 0, 0, 0, 1]);
            if (at >= 0)
                return type == 3
                    ? BinaryPrimitives.ReadUInt16BigEndian(exif.AsSpan(at + 8))
                    : BinaryPrimitives.ReadInt32BigEndian(exif.AsSpan(at + 8));
        }
        return null;
    }
}
