using System.Runtime.InteropServices;
using Dream.ML.Inference;
using Dream.ML.Tests.MLNet;
using Dream.ML.Tests.Networks;
using Microsoft.ML;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;
using SixLabors.ImageSharp.PixelFormats;

namespace Dream.ML.Tests.ImageSharp;

[TestClass]
public sealed class DreamImageSharpTests
{
    const int Width = 9, Height = 6;

    [TestMethod]
    public void Every_pixel_format_comes_back_as_itself()
    {
        Doubles<L8>(i => new((byte)(i * 4)));
        Doubles<La16>(i => new((byte)(i * 4), 255));
        Doubles<Rgb24>(i => new((byte)i, (byte)(i * 3), 255));
        Doubles<Bgr24>(i => new((byte)i, (byte)(i * 3), 255));
        Doubles<Rgba32>(i => new((byte)i, (byte)(i * 3), 254));
        Doubles<Bgra32>(i => new((byte)i, (byte)(i * 3), 254));
        Doubles<Argb32>(i => new((byte)i, (byte)(i * 3), (byte)254));
        Doubles<L16>(i => new((ushort)(i * 1201)));
        Doubles<La32>(i => new((ushort)(i * 1201), 65535));
        Doubles<Rgb48>(i => new((ushort)i, (ushort)(i * 1201), 65534));
        Doubles<Rgba64>(i => new((ushort)i, (ushort)(i * 1201), 65534, 65535));

        static void Doubles<TPixel>(Func<int, TPixel> pixel)
            where TPixel : unmanaged, IPixel<TPixel>
        {
            using var model = Step(new NearestUpscaler());
            using var image = Picture(pixel);
            using var before = image.Clone();
            using var result = model.Upscale((Image)image);

            var typed = Assert.IsInstanceOfType<Image<TPixel>>(result);
            Assert.AreEqual((2 * Width, 2 * Height), (typed.Width, typed.Height));
            for (var y = 0; y < typed.Height; y++)
                for (var x = 0; x < typed.Width; x++)
                    Assert.AreEqual(before[x / 2, y / 2], typed[x, y], $"{typeof(TPixel).Name} ({x}, {y})");
            CollectionAssert.AreEqual(Pixels(before), Pixels(image), "the input stays");
        }
    }

    [TestMethod]
    public void Results_are_those_of_the_model_with_straight_opacity()
    {
        using var model = Step(Tiny.Model(Tiny.Compact, 2, steps: 1));
        using var image = Picture<Rgba32>(i => new((byte)(200 - i), (byte)(i * 4), 90, (byte)(i % Width * 28)));
        var pixels = Pixels(image);
        var expected = model.Upscale(
            new RgbImage(Width, Height, [.. pixels.SelectMany(p => new[] { p.R, p.G, p.B })], [.. pixels.Select(p => p.A)]), CancellationToken.None);
        using var result = model.Upscale(image);
        var upscaled = Pixels(result);
        CollectionAssert.AreEqual(expected.Rgb, upscaled.SelectMany(p => new[] { p.R, p.G, p.B }).ToArray());
        CollectionAssert.AreEqual(expected.Alpha, upscaled.Select(p => p.A).ToArray());

        using var other = image.CloneAs<Bgra32>();
        using var same = model.Upscale(other);
        CollectionAssert.AreEqual(upscaled.Select(p => (p.R, p.G, p.B, p.A)).ToArray(), Pixels(same).Select(p => (p.R, p.G, p.B, p.A)).ToArray());
    }

    [TestMethod]
    public void Gray_stays_gray_and_its_format()
    {
        using var model = Step(Tiny.Model(Tiny.Compact, 2, steps: 1));
        using var gray = Picture<L8>(i => new((byte)(i * 37)));
        using var color = gray.CloneAs<Rgb24>();
        using var grayResult = model.Upscale(gray);
        using var colorResult = model.Upscale(color);
        CollectionAssert.AreEqual(Pixels(colorResult).Select(p => (p.R, p.R, p.R)).ToArray(), Pixels(colorResult).Select(p => (p.R, p.G, p.B)).ToArray());
        CollectionAssert.AreEqual(Pixels(colorResult).Select(p => p.R).ToArray(), Pixels(grayResult).Select(p => p.PackedValue).ToArray());
    }

    [TestMethod]
    public void A_file_of_16_bits_becomes_one_of_16_bits()
    {
        // A quarter of an 8-bit level per pixel.
        using var model = Step(Tiny.Model(Tiny.Compact, 2, steps: 1));
        using var gradient = new Image<Rgb48>(200, 8);
        for (var y = 0; y < gradient.Height; y++)
            for (var x = 0; x < gradient.Width; x++)
                gradient[x, y] = new((ushort)(20_000 + 64 * x), (ushort)(30_000 + 64 * x), (ushort)(40_000 + 64 * x));
        using var file = Saved(gradient, new PngEncoder { BitDepth = PngBitDepth.Bit16, ColorType = PngColorType.Rgb });
        using var image = Image.Load(file);

        using var result = model.Upscale(image);
        using var resultFile = Saved(result, new PngEncoder());
        using var read = Assert.IsInstanceOfType<Image<Rgb48>>(Image.Load(resultFile));

        Assert.IsGreaterThan(256, Pixels(read).Select(p => p.R).Distinct().Count());
        for (var x = 0; x < read.Width; x++)
            Assert.IsLessThan(100, Math.Abs(read[x, 5].G - (30_000 + 32 * (x - 0.5))), $"column {x}");
    }

    [TestMethod]
    public void Metadata_is_kept()
    {
        using var model = Step(new NearestUpscaler());
        using var image = Picture<Rgb24>(i => new((byte)i, 0, 0));
        var (exif, icc) = (new ExifProfile(), new byte[200]);
        exif.SetValue(ExifTag.Orientation, (ushort)6);
        exif.SetValue(ExifTag.Copyright, "somebody");
        exif.SetValue(ExifTag.PixelXDimension, (uint)Width);
        (image.Metadata.ExifProfile, image.Metadata.IccProfile) = (exif, new IccProfile(icc));
        (image.Metadata.HorizontalResolution, image.Metadata.VerticalResolution, image.Metadata.ResolutionUnits) =
            (300, 150, PixelResolutionUnit.PixelsPerInch);

        using var result = model.Upscale(image);

        var metadata = result.Metadata;
        Assert.AreEqual((ushort)6, metadata.ExifProfile.GetValue(ExifTag.Orientation).Value);
        Assert.AreEqual("somebody", metadata.ExifProfile.GetValue(ExifTag.Copyright).Value);
        Assert.AreEqual((Number)(2 * Width), metadata.ExifProfile.GetValue(ExifTag.PixelXDimension).Value);
        CollectionAssert.AreEqual(icc, metadata.IccProfile.ToByteArray());
        Assert.AreEqual((300.0, 150.0, PixelResolutionUnit.PixelsPerInch), (metadata.HorizontalResolution, metadata.VerticalResolution, metadata.ResolutionUnits));
        Assert.AreEqual((Number)(uint)Width, image.Metadata.ExifProfile.GetValue(ExifTag.PixelXDimension).Value, "the input stays");
    }

    [TestMethod]
    public void Animations_keep_their_frames_and_times()
    {
        var upscaler = new NearestUpscaler();
        using var model = Step(upscaler);
        using var made = new Image<Rgba32>(Width, Height, new(250, 0, 0));
        foreach (var color in new Rgba32[] { new(0, 250, 0), new(0, 0, 250) })
        {
            using var frame = new Image<Rgba32>(Width, Height, color);
            made.Frames.AddFrame(frame.Frames.RootFrame);
        }
        for (var i = 0; i < made.Frames.Count; i++)
        {
            var metadata = made.Frames[i].Metadata.GetGifMetadata();
            (metadata.FrameDelay, metadata.DisposalMethod) = (10 + i, GifDisposalMethod.RestoreToBackground);
        }
        made.Metadata.GetGifMetadata().RepeatCount = 7;
        using var file = Saved(made, new GifEncoder());
        using var image = Image.Load<Rgba32>(file);

        using var result = model.Upscale(image);
        using var resultFile = Saved(result, new GifEncoder());
        using var read = Image.Load<Rgba32>(resultFile);

        Assert.AreEqual(3, upscaler.Calls);
        foreach (var animation in new[] { result, read })
        {
            Assert.AreEqual(7, animation.Metadata.GetGifMetadata().RepeatCount);
            Assert.HasCount(3, animation.Frames);
            for (var i = 0; i < 3; i++)
            {
                var metadata = animation.Frames[i].Metadata.GetGifMetadata();
                Assert.AreEqual((10 + i, GifDisposalMethod.RestoreToBackground), (metadata.FrameDelay, metadata.DisposalMethod));
                Assert.AreEqual(made.Frames[i][0, 0], animation.Frames[i][2 * Width - 1, 2 * Height - 1]);
            }
        }
    }

    [TestMethod]
    public void Other_sizes_are_those_of_the_settings()
    {
        using var model = Step(Tiny.Model(Tiny.Compact, 2, steps: 1));
        using var wide = model.WithSampling(model.Sampling with { TargetWidth = 30 });
        using var image = Picture<Rgb24>(i => new((byte)i, 0, 0));
        using var result = wide.Upscale(image);
        Assert.AreEqual((30, 20), (result.Width, result.Height));
    }

    [TestMethod]
    public void What_cannot_be_done_says_why_and_leaves_the_input()
    {
        using var model = Step(Tiny.Model(Tiny.Compact, 2, steps: 1));
        using var small = model.WithSampling(model.Sampling with { MaxOutputPixels = 100 });
        using var image = Picture<Rgb24>(i => new((byte)i, 0, 0));

        Assert.ThrowsExactly<ArgumentNullException>(() => model.Upscale((Image)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => model.Upscale((Image<Rgb24>)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => DreamImageSharpExtensions.Upscale(null!, image));
        Assert.Contains("MaxOutputPixels", Assert.ThrowsExactly<InvalidOperationException>(() => small.Upscale(image)).Message);
        Assert.ThrowsExactly<OperationCanceledException>(() => model.Upscale(image, new CancellationToken(canceled: true)));
        Assert.AreEqual(new Rgb24(10, 0, 0), image[1, 1]);
    }

    static DreamSuperResolutionTransformer Step(IImageUpscaler model) => new(new MLContext(), "Upscaled", "Image", model);

    static Image<TPixel> Picture<TPixel>(Func<int, TPixel> pixel)
        where TPixel : unmanaged, IPixel<TPixel> =>
        Image.LoadPixelData([.. Enumerable.Range(0, Width * Height).Select(pixel)], Width, Height);

    static TPixel[] Pixels<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var bytes = new byte[image.Width * image.Height * Marshal.SizeOf<TPixel>()];
        image.CopyPixelDataTo(bytes);
        return MemoryMarshal.Cast<byte, TPixel>(bytes).ToArray();
    }

    static MemoryStream Saved(Image image, IImageEncoder encoder)
    {
        var file = new MemoryStream();
        image.Save(file, encoder);
        file.Position = 0;
        return file;
    }
}
