using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Inference.Tiling;
using Dream.ML.Tests.Networks;
using Dream.ML.Torch;
using static TorchSharp.torch;

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
    [DataRow(0, "Ddim", false)]
    [DataRow(1, "Ddim", false)]
    [DataRow(2, "Ddim", true)]
    [DataRow(3, "Ancestral", false)]
    [DataRow(4, "DpmSolverPlusPlus", false)]
    public void Tiles_of_a_local_network_make_the_whole_image(int steps, string sampler, bool fidelity)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = Tiny.Random(Tiny.Compact, 2);
        var image = TestImages.Noise(83, 70);

        var sampling = Tiny.Sampling(steps) with { Sampler = Sampler.Parse(sampler), ColorFidelity = fidelity };
        var whole = new Upscaler(network, sampling).Upscale([image], () => { })[0];
        foreach (var side in new[] { 5, 32, 71 })
            ImageAssert.AreClose(whole, new Upscaler(network, sampling, side).Upscale([image], () => { })[0], 0.9999);
    }

    [TestMethod]
    public void Blended_tiles_that_disagree_meet_without_a_jump()
    {
        using var scope = NewDisposeScope();
        const int Side = 16, Margin = 4, Width = 40, Height = 37, Scale = 2;
        var result = new RgbImage(Width * Scale, Height * Scale, new byte[3 * Width * Height * Scale * Scale]);
        var number = 0;
        foreach (var tile in TileGrid.Divide(Width, Height, Side, Margin))
            TileWriter.Blend(full([3, tile.Height * Scale, tile.Width * Scale], 2 * (number++ * 0.618 % 1) - 1), result, tile, Scale);

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
        using var scope = NewDisposeScope();
        var image = TestImages.Noise(50, 41);
        var result = new RgbImage(50, 41, new byte[3 * 50 * 41]);
        foreach (var tile in TileGrid.Divide(50, 41, 20, 4))
            TileWriter.Blend(ImageTensors.ReadFrom(image, tile.Left, tile.Top, tile.Width, tile.Height), result, tile, 1);
        ImageAssert.AreClose(image, result, 1);
    }

    [TestMethod]
    public void A_global_network_upscales_more_than_one_tile()
    {
        using var model = Tiny.Model(Tiny.Sr3, 2, steps: 1);
        var result = model.Upscale([TestImages.Noise(70, 9)])[0];
        Assert.AreEqual((140, 18), (result.Width, result.Height));
    }
}
