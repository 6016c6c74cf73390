using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Inference.Tiling;
using Dream.ML.Tests.Networks;

namespace Dream.ML.Tests.Inference;

[TestClass]
public sealed class TilingTests
{
    [TestMethod]
    [DataRow(16, 4)]
    [DataRow(16, 0)]
    [DataRow(9, 4)]
    [DataRow(3, 1)]
    public void The_own_areas_cover_every_size_exactly_once(int side, int margin)
    {
        for (var size = 1; size <= 90; size++)
        {
            var (width, height) = (size, 1 + size * 7 % 41);
            var covered = new int[width * height];
            foreach (var tile in TileGrid.Divide(width, height, side, margin))
            {
                Assert.IsTrue(tile.Width <= side && tile.Height <= side && tile.Left >= 0 && tile.Top >= 0);
                Assert.IsTrue(tile.Left + tile.Width <= width && tile.Top + tile.Height <= height);
                for (var y = tile.Top + tile.MarginTop; y < tile.Top + tile.Height - tile.MarginBottom; y++)
                    for (var x = tile.Left + tile.MarginLeft; x < tile.Left + tile.Width - tile.MarginRight; x++)
                        covered[y * width + x]++;
            }
            Assert.IsTrue(covered.All(count => count == 1), $"{width}×{height}");
        }
    }

    [TestMethod]
    public void Margins_that_leave_no_own_area_are_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TileGrid.Divide(20, 20, 8, 4).ToArray());

    [TestMethod]
    [DataRow(0, "Ddim", false, 0.5)]
    [DataRow(0, "Ddim", false, 1.0)]
    [DataRow(1, "Ddim", false, 0.5)]
    [DataRow(1, "Ddim", true, 0.9)]
    [DataRow(2, "Ddim", true, 0.5)]
    [DataRow(3, "Ancestral", false, 0.5)]
    [DataRow(4, "DpmSolverPlusPlus", false, 1.0)]
    public void Tiles_of_a_local_network_make_the_whole_image(int steps, string sampler, bool fidelity, double detail)
    {
        var image = TestImages.Noise(83, 70);

        var sampling = Tiny.Sampling(steps) with { Sampler = Sampler.Parse(sampler), ColorFidelity = fidelity, Detail = detail };
        using var engine = Tiny.Engine(Tiny.Compact, 2);
        var whole = new Upscaler(engine, sampling).Upscale(image);
        foreach (var side in new[] { 5, 32, 71 })
            CollectionAssert.AreEqual(whole.Rgb, new Upscaler(engine, sampling, side).Upscale(image).Rgb);
    }

    [TestMethod]
    public void Blended_tiles_that_disagree_meet_without_a_jump()
    {
        const int Side = 16, Margin = 4, Width = 40, Height = 37, Scale = 2;
        var result = new RgbImage(Width * Scale, Height * Scale, new byte[3 * Width * Height * Scale * Scale]);
        var number = 0;
        foreach (var tile in TileGrid.Divide(Width, Height, Side, Margin))
        {
            using var upscaled = new FeatureMap(3, tile.Height * Scale, tile.Width * Scale);
            upscaled.Values.Fill((float)(2 * (number++ * 0.618 % 1) - 1));
            OverlappingTiling<byte>.Blend(upscaled, result, tile, Scale);
        }

        // Over an overlap of 2·4·2 pixels the difference of two tiles, 255 at most, is spread evenly.
        const int Steepest = 255 / (2 * Margin * Scale) + 2;
        for (var y = 0; y < result.Height; y++)
            for (var x = 0; x < result.Width; x++)
            {
                if (x > 0)
                    Assert.IsLessThanOrEqualTo(Steepest, Math.Abs(Level(x, y) - Level(x - 1, y)), $"({x}, {y})");
                if (y > 0)
                    Assert.IsLessThanOrEqualTo(Steepest, Math.Abs(Level(x, y) - Level(x, y - 1)), $"({x}, {y})");
            }

        int Level(int x, int y) => result.Rgb[3 * (y * result.Width + x)];
    }

    [TestMethod]
    public void Blended_tiles_that_agree_are_the_whole_image()
    {
        var image = TestImages.Noise(50, 41);
        var result = new RgbImage(50, 41, new byte[3 * 50 * 41]);
        foreach (var tile in TileGrid.Divide(50, 41, 20, 4))
        {
            using var part = new FeatureMap(3, tile.Height, tile.Width);
            PixelPlanes.Read(image, tile.Left, tile.Top, tile.Width, tile.Height, part.Values);
            OverlappingTiling<byte>.Blend(part, result, tile, 1);
        }
        ImageAssert.AreClose(image, result, 1);
    }

    [TestMethod]
    public void A_global_network_upscales_more_than_one_tile()
    {
        using var model = Tiny.Model(Tiny.Sr3, 2, steps: 1);
        var result = model.Upscale(TestImages.Noise(70, 9));
        Assert.AreEqual((140, 18), (result.Width, result.Height));
    }
}
