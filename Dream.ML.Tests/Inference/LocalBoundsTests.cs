using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Tests.Networks;

namespace Dream.ML.Tests.Inference;

/// <summary>What the input fixes stays, even with networks that learned nothing.</summary>
[TestClass]
public sealed class LocalBoundsTests
{
    static readonly NetworkSettings[] Networks = [Tiny.Compact, Tiny.Sr3];

    [TestMethod]
    [DataRow(255)]
    [DataRow(0)]
    [DataRow(128)]
    public void Pure_white_black_and_flat_gray_stay(int level)
    {
        foreach (var result in Upscaled(Picture(32, 32, (_, _) => (level, level, level)), 0, 0.5, 1))
            Assert.IsTrue(result.Rgb.All(sample => sample == level));
    }

    [TestMethod]
    public void A_flat_color_stays_at_every_opacity()
    {
        var image = Picture(20, 12, (_, _) => (17, 140, 233));
        var faded = new RgbImage(20, 12, image.Rgb, [.. Enumerable.Range(0, 20 * 12).Select(i => (byte)(5 + i))]);
        foreach (var result in Upscaled(faded, 0.5))
            Assert.IsTrue(result.Rgb.Chunk(3).All(rgb => rgb is [17, 140, 233]));
    }

    [TestMethod]
    public void White_around_a_logo_stays_from_the_third_pixel_on()
    {
        var logo = Picture(32, 32, (x, y) => x is >= 12 and < 20 && y is >= 12 and < 20 ? (220, 20, 30) : (255, 255, 255));
        foreach (var result in Upscaled(logo, 0, 0.5, 1))
            for (var y = 0; y < result.Height; y++)
                for (var x = 0; x < result.Width; x++)
                    if (x is < 20 or >= 44 || y is < 20 or >= 44)
                        Assert.AreEqual((255, 255, 255), Color(result, x, y), $"({x}, {y})");
    }

    [TestMethod]
    public void A_gray_photo_gets_no_color()
    {
        var photo = Photos().First();
        var small = BicubicResampler.Resize(photo, 64, 64);
        foreach (var result in Upscaled(Picture(64, 64, (x, y) => Gray(small.Rgb[3 * (64 * y + x) + 1])), 0, 0.5, 1))
            Assert.IsTrue(result.Rgb.Chunk(3).All(rgb => rgb[0] == rgb[1] && rgb[1] == rgb[2]));
    }

    [TestMethod]
    public void Gray_print_on_a_colorful_page_gets_no_color()
    {
        var noise = TestImages.Noise(40, 20);
        var page = Picture(40, 20, (x, y) => x < 20 ? Color(noise, x, y) : Gray(noise.Rgb[3 * (40 * y + x)]));
        foreach (var result in Upscaled(page, 0.5))
            for (var y = 0; y < result.Height; y++)
                for (var x = 2 * 22; x < result.Width; x++)
                    Assert.AreEqual(Gray(Color(result, x, y).R), Color(result, x, y), $"({x}, {y})");
    }

    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(-1, 0)]
    [DataRow(0, 1)]
    [DataRow(3, 1)]
    public void A_plain_step_overshoots_no_more_than_bicubic(int across, int down)
    {
        var step = Picture(40, 40, (x, y) => Gray(across * (x - 18) + down * (y - 18) < 0 ? 64 : 192));
        foreach (var result in Upscaled(step, 0, 0.5, 1))
        {
            Assert.IsGreaterThanOrEqualTo(55, result.Rgb.Min());
            Assert.IsLessThanOrEqualTo(201, result.Rgb.Max());
        }
    }

    [TestMethod]
    public void A_thin_line_may_grow()
    {
        var line = Picture(20, 9, (x, _) => Gray(x == 10 ? 100 : 80));
        var white = Picture(80, 36, (_, _) => (255, 255, 255));
        LocalBounds.Apply(white, line, 4, CancellationToken.None);
        Assert.AreEqual(141, white.Rgb.Max());
    }

    [TestMethod]
    public void Photos_lie_within_the_bounds_of_their_reductions()
    {
        foreach (var photo in Photos())
        {
            var low = BicubicResampler.Resize(photo, photo.Width / 4, photo.Height / 4);
            var original = photo.CropColors(0, 0, 4 * low.Width, 4 * low.Height);
            var bounded = original.CropColors(0, 0, original.Width, original.Height);
            LocalBounds.Apply(bounded, low, 4, CancellationToken.None);
            Assert.IsGreaterThan(44, PeakSignalToNoiseRatio.Compute(bounded, original));
        }
    }

    [TestMethod]
    public void Noise_is_not_flattened()
    {
        var low = TestImages.Noise(50, 40, low: 100, high: 110);
        var enlarged = BicubicResampler.Resize(low, 200, 160);
        var bounded = enlarged.CropColors(0, 0, 200, 160);
        LocalBounds.Apply(bounded, low, 4, CancellationToken.None);
        ImageAssert.AreClose(enlarged, bounded, 0.999);
    }

    [TestMethod]
    public void Strips_leave_no_seams()
    {
        // Every strip is one row high, and the columns are all alike.
        const int Width = 70_000, Height = 12;
        var column = TestImages.Noise(1, Height);
        CollectionAssert.AreEqual(Bounded(5), Bounded(Width));

        // The first pixels of every row.
        byte[] Bounded(int width)
        {
            var low = Picture(width, Height, (_, y) => Color(column, 0, y));
            var result = Picture(2 * width, 2 * Height, (_, y) => Gray(y % 3 * 127));
            LocalBounds.Apply(result, low, 2, CancellationToken.None);
            return [.. result.Rgb.Chunk(3 * result.Width).SelectMany(row => row[..6])];
        }
    }

    static IEnumerable<RgbImage> Upscaled(RgbImage image, params double[] details)
    {
        foreach (var settings in Networks)
        {
            using var model = Tiny.Model(settings, 2, steps: 1);
            foreach (var detail in details.Where(detail => detail >= 0.5 || settings.MakesInitialPrediction))
                foreach (var fidelity in new[] { false, true })
                {
                    using var other = model.With(model.Description.Sampling with { Detail = detail, ColorFidelity = fidelity });
                    yield return other.Upscale(image);
                }
        }
    }

    static IEnumerable<RgbImage> Photos() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Photos"), "*.png").Order().Select(TestImages.Load);

    static RgbImage Picture(int width, int height, Func<int, int, (int R, int G, int B)> color)
    {
        var rgb = new byte[3 * width * height];
        for (var i = 0; i < width * height; i++)
        {
            var (r, g, b) = color(i % width, i / width);
            (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]) = ((byte)r, (byte)g, (byte)b);
        }
        return new(width, height, rgb);
    }

    static (int R, int G, int B) Gray(int level) => (level, level, level);

    static (int R, int G, int B) Color(RgbImage image, int x, int y)
    {
        var i = 3 * (image.Width * y + x);
        return (image.Rgb[i], image.Rgb[i + 1], image.Rgb[i + 2]);
    }
}
