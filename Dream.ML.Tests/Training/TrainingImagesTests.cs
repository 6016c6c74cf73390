using Dream.ML.Imaging;
using Dream.ML.Training;

namespace Dream.ML.Tests.Training;

[TestClass]
public sealed class TrainingImagesTests
{
    readonly List<string> _warnings = [];

    [TestMethod]
    public void Images_smaller_than_the_patch_are_left_out_by_name()
    {
        var images = Collect(("tall", 20, 40), ("low", 40, 15), ("narrow", 15, 40), ("enough", 16, 16));
        Assert.HasCount(2, images.Pairs);
        Assert.AreEqual("Left out of training, smaller than the patch of 16×16 pixels: low (40×15), narrow (15×40).", _warnings.Single());
    }

    [TestMethod]
    public void Nothing_but_small_images_is_an_error_that_names_them()
    {
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => Collect([.. Enumerable.Range(0, 7).Select(i => ($"photo {i}", 8 + i, 9))])).Message;
        StringAssert.Contains(message, "smaller than the training patch of 16×16 pixels: photo 0 (8×9), photo 1 (9×9)");
        StringAssert.Contains(message, "photo 4 (12×9) and 2 more. Use larger images, or a smaller PatchSize.");
    }

    [TestMethod]
    public void No_images_are_an_error() =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Collect()).Message, "There is no image to train on");

    [TestMethod]
    public void A_pair_is_cut_to_the_scale_and_reduced()
    {
        var image = TestImages.Noise(19, 17);
        var pair = TrainingPair.FromHighResolution(image, 4);
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
        var images = Collect(scale, patch, [("map", Map(40 * scale, 30 * scale, scale))]);
        var pair = images.Pairs.Single();
        Map(40, 30, 1).Rgb.CopyTo(pair.Low.Rgb, 0);
        var orientations = new HashSet<(int, int, int, int)>();
        var corners = new HashSet<(int, int)>();

        var (low, high) = new PatchSampler(images, scale, patch, 1).Batch(0, 200);

        for (var i = 0; i < low.Length; i++)
        {
            var side = patch / scale;
            Assert.AreEqual((side, side, patch, patch), (low[i].Width, low[i].Height, high[i].Width, high[i].Height));
            for (var y = 0; y < patch; y++)
                for (var x = 0; x < patch; x++)
                    Assert.AreEqual(At(low[i], x / scale, y / scale), At(high[i], x, y));
            var (first, right, below) = (At(low[i], 0, 0), At(low[i], 1, 0), At(low[i], 0, 1));
            orientations.Add((right.X - first.X, right.Y - first.Y, below.X - first.X, below.Y - first.Y));
            var opposite = At(low[i], side - 1, side - 1);
            corners.Add((Math.Min(first.X, opposite.X), Math.Min(first.Y, opposite.Y)));
        }
        Assert.HasCount(8, orientations);
        Assert.IsTrue(corners.Min(c => c.Item1) == 0 && corners.Max(c => c.Item1) == 40 - patch / scale);
        Assert.IsTrue(corners.Min(c => c.Item2) == 0 && corners.Max(c => c.Item2) == 30 - patch / scale);

        static (int X, int Y) At(RgbImage image, int x, int y) => (image.Rgb[3 * (y * image.Width + x)], image.Rgb[3 * (y * image.Width + x) + 1]);
    }

    [TestMethod]
    public void A_patch_follows_from_its_number()
    {
        var images = Collect(("a", 30, 40), ("b", 25, 20));
        var batch = new PatchSampler(images, 2, 16, 1).Batch(5, 4);
        for (var i = 0; i < 4; i++)
        {
            var (low, high) = new PatchSampler(images, 2, 16, 1).Batch(5 + i, 1);
            CollectionAssert.AreEqual(batch.Low[i].Rgb, low[0].Rgb);
            CollectionAssert.AreEqual(batch.High[i].Rgb, high[0].Rgb);
        }
        CollectionAssert.AreNotEqual(batch.High[0].Rgb, batch.High[1].Rgb);
        CollectionAssert.AreNotEqual(batch.High[0].Rgb, new PatchSampler(images, 2, 16, 2).Batch(5, 1).High[0].Rgb);
    }

    TrainingImages Collect(params (string Name, int Width, int Height)[] sizes) =>
        Collect(2, 16, [.. sizes.Select(size => (size.Name, TestImages.Noise(size.Width, size.Height)))]);

    TrainingImages Collect(int scale, int patch, (string, RgbImage)[] images) => TrainingImages.Collect(images, scale, patch, 1, _warnings.Add);

    static RgbImage Map(int width, int height, int scale) => new(width, height,
        [.. Enumerable.Range(0, width * height).SelectMany(i => new[] { (byte)(i % width / scale), (byte)(i / width / scale), (byte)0 })]);
}
