using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Training.Data;

namespace Dream.ML.Tests.Training.Data;

[TestClass]
public sealed class PatchCutterTests
{
    [TestMethod]
    public void A_pair_is_cut_to_the_scale_and_reduced()
    {
        var image = TestImages.Noise(19, 17);
        var pair = TrainingPair.FromHighResolution(image, 4, new(DegradationSettings.Bicubic), 0);
        var high = TestImages.Corner(image, 16, 16);
        CollectionAssert.AreEqual(high.Rgb, pair.High.Rgb);
        CollectionAssert.AreEqual(BicubicResampler.Resize(high, 4, 4).Rgb, pair.Low.Rgb);
    }

    [TestMethod]
    [DataRow(2, 16)]
    [DataRow(3, 18)]
    public void The_low_patch_is_where_the_high_one_is_in_all_eight_orientations(int scale, int patch)
    {
        // Every pixel tells its place: red is the column, green the row, in low-resolution pixels at both resolutions.
        var pair = new TrainingPair(Map(40, 30, 1), Map(40 * scale, 30 * scale, scale));
        var cutter = new PatchCutter(MadePhotos.Settings(scale, patch));
        var side = patch / scale;
        var orientations = new HashSet<(int, int, int, int)>();
        var corners = new HashSet<(int, int)>();
        for (var i = 0; i < 200; i++)
        {
            var (low, high) = cutter.Cut(pair, CounterRandom.Key((ulong)i));
            Assert.AreEqual((side, side, patch, patch), (low.Width, low.Height, high.Width, high.Height));
            for (var y = 0; y < patch; y++)
                for (var x = 0; x < patch; x++)
                    Assert.AreEqual(At(low, x / scale, y / scale), At(high, x, y));
            var (first, right, below) = (At(low, 0, 0), At(low, 1, 0), At(low, 0, 1));
            orientations.Add((right.X - first.X, right.Y - first.Y, below.X - first.X, below.Y - first.Y));
            var opposite = At(low, side - 1, side - 1);
            corners.Add((Math.Min(first.X, opposite.X), Math.Min(first.Y, opposite.Y)));
        }
        Assert.HasCount(8, orientations);
        Assert.IsTrue(corners.Min(c => c.Item1) == 0 && corners.Max(c => c.Item1) == 40 - side);
        Assert.IsTrue(corners.Min(c => c.Item2) == 0 && corners.Max(c => c.Item2) == 30 - side);

        static (int X, int Y) At(RgbImage image, int x, int y) => (image.Rgb[3 * (y * image.Width + x)], image.Rgb[3 * (y * image.Width + x) + 1]);
    }

    [TestMethod]
    [DataRow(2, 16)]
    [DataRow(3, 18)]
    [DataRow(4, 16)]
    public void A_patch_of_a_photo_is_that_of_its_whole_reduction_to_the_byte(int scale, int patch)
    {
        var cutter = new PatchCutter(MadePhotos.Settings(scale, patch));
        var row = new PhotoRow(0, "photo", TestImages.Noise(scale * 31 + 1, scale * 23 + scale - 1));
        var pair = cutter.Pair(row);
        for (var i = 0; i < 300; i++)
        {
            var (expected, actual) = (cutter.Cut(pair, CounterRandom.Key((ulong)i)), cutter.Cut(row, CounterRandom.Key((ulong)i)));
            CollectionAssert.AreEqual(expected.High.Rgb, actual.High.Rgb, $"patch {i}");
            CollectionAssert.AreEqual(expected.Low.Rgb, actual.Low.Rgb, $"patch {i}");
        }
    }

    [TestMethod]
    public void A_real_pair_keeps_its_own_low_side_and_must_differ_by_the_scale()
    {
        var cutter = new PatchCutter(MadePhotos.Settings());
        var (low, high) = (TestImages.Noise(10, 9), TestImages.Noise(20, 18, seed: 2));
        Assert.IsTrue(cutter.Accepts(new(0, "row 0", high, low), new("training", Assert.Fail)));
        Assert.AreEqual(new TrainingPair(low, high), cutter.Pair(new(0, "row 0", high, low)));
        Assert.AreEqual(
            "row 7 (a.png): the target is 20×18, but the input, 10×8, times 2 is 20×16. Pairs must differ by exactly the scale.",
            Assert.ThrowsExactly<InvalidOperationException>(
                () => cutter.Accepts(new(7, "row 7 (a.png)", high, TestImages.Noise(10, 8)), new("training", Assert.Fail))).Message);
    }

    static RgbImage Map(int width, int height, int scale) => new(width, height,
        [.. Enumerable.Range(0, width * height).SelectMany(i => new[] { (byte)(i % width / scale), (byte)(i / width / scale), (byte)0 })]);
}
