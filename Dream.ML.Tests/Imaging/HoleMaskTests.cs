using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;
using Dream.ML.Training.Data;

namespace Dream.ML.Tests.Imaging;

[TestClass]
public sealed class HoleMaskTests
{
    [TestMethod]
    public void White_is_a_hole_and_black_gray_and_transparent_are_none()
    {
        byte[] levels = [255, 200, 128, 127, 50, 0, 255, 255];
        byte[] alpha = [255, 255, 255, 255, 255, 255, 0, 128];
        var mask = new RgbImage(8, 1, [.. levels.SelectMany(level => new[] { level, level, level })], alpha);

        var holes = HoleMask.Cut(TestImages.Noise(8, 1), mask).Holes!;

        CollectionAssert.AreEqual(new[] { true, true, true, false, false, false, false, true }, holes);
    }

    [TestMethod]
    public void What_lies_in_holes_is_forgotten_and_filled_smoothly()
    {
        var holes = Enumerable.Range(0, 32 * 20).Select(i => i % 32 is >= 10 and < 20).ToArray();
        var ramp = new RgbImage(32, 20, [.. Enumerable.Range(0, 32 * 20).SelectMany(i => new[] { (byte)(8 * (i % 32)), (byte)40, (byte)90 })]);

        var filled = UnknownColors.Fill(new RgbImage(32, 20, Changed(ramp.Rgb, holes)) { Holes = holes });

        Assert.AreSame(holes, filled.Holes);
        CollectionAssert.AreEqual(filled.Rgb, UnknownColors.Fill(new RgbImage(32, 20, ramp.Rgb) { Holes = holes }).Rgb);
        for (var i = 0; i < ramp.Rgb.Length; i++)
            Assert.IsLessThanOrEqualTo(holes[i / 3] ? 12 : 0, Math.Abs(filled.Rgb[i] - ramp.Rgb[i]));
    }

    [TestMethod]
    public void Colors_of_what_is_invisible_do_not_flow_into_holes()
    {
        byte[] alpha = [255, 255, 0, 0];
        var image = new RgbImage(4, 1, [9, 9, 9, 200, 0, 0, 0, 255, 0, 0, 255, 0], alpha) { Holes = [false, true, false, false] };
        CollectionAssert.AreEqual(new byte[] { 9, 9, 9 }, UnknownColors.Fill(image).Rgb[3..6]);
        // Where nothing visible is known, its colors are all there is.
        image = new RgbImage(4, 1, image.Rgb, alpha) { Holes = [true, true, false, false] };
        CollectionAssert.AreEqual(new byte[] { 0, 255, 0 }, UnknownColors.Fill(image).Rgb[..3]);
    }

    [TestMethod]
    public void Random_strokes_follow_from_their_key_have_their_width_and_leave_something()
    {
        var strokes = RandomStrokes.Draw(200, 150, new(3, 3), key: 4);
        CollectionAssert.AreEqual(strokes, RandomStrokes.Draw(200, 150, new(3, 3), key: 4));
        CollectionAssert.AreNotEqual(strokes, RandomStrokes.Draw(200, 150, new(3, 3), key: 5));
        var share = strokes.Count(isHole => isHole) / (200.0 * 150);
        Assert.IsTrue(share is > 0.02 and < 0.2, $"{share}");
        Assert.IsGreaterThan(3 * strokes.Count(isHole => isHole), 2 * RandomStrokes.Draw(200, 150, new(9, 9), key: 4).Count(isHole => isHole));
        for (var key = 0UL; key < 20; key++)
        {
            Assert.Contains(false, RandomStrokes.Draw(5, 4, new(64, 64), key));
            Assert.Contains(true, RandomStrokes.Draw(48, 48, new(0, 1), key));
        }
    }

    [TestMethod]
    public void Every_patch_has_holes_of_its_own_where_the_images_differ()
    {
        var photo = new PhotoRow(0, "photo", TestImages.Noise(70, 60));
        var cutter = new PatchCutter(new()
        {
            Scale = 1,
            Degradation = DegradationSettings.Holes,
            PatchSize = 48,
            Seed = 1,
            ByteBudget = 1 << 20,
            DecodingThreads = 1,
        });
        var patches = Enumerable.Range(0, 8).Select(key => cutter.Cut(photo, (ulong)key)).ToList();
        foreach (var (low, high) in patches)
        {
            for (var i = 0; i < low.Rgb.Length; i++)
                Assert.IsTrue(low.Rgb[i] == high.Rgb[i] || low.Holes![i / 3]);
        }
        Assert.HasCount(8, patches.DistinctBy(patch => Convert.ToBase64String([.. patch.Low.Holes!.Select(isHole => isHole ? (byte)1 : (byte)0)])).ToList());
        Assert.IsFalse(DegradationSettings.Holes.IsFixed);
    }

    static byte[] Changed(byte[] rgb, bool[] holes) => [.. rgb.Select((sample, i) => holes[i / 3] ? (byte)~sample : sample)];
}
