using System.Diagnostics;
using Dream.ML.Training.Data;

namespace Dream.ML.Tests.Training.Data;

[TestClass]
public sealed class PatchFeedTests
{
    const int PerPhoto = StreamingDataset.PatchesPerPhoto;
    const int PatchBytes = 3 * (16 * 16 + 8 * 8);

    readonly List<string> _told = [];

    [TestMethod]
    public void Photos_that_fit_are_held_and_others_streamed()
    {
        var photos = MadePhotos.Marked(4);
        var pairBytes = 3 * (20 * 18 + 10 * 9);
        using var held = Open(photos, 4 * pairBytes);
        Assert.IsInstanceOfType<InMemoryDataset>(held);
        using var streamed = Open(photos, 4 * pairBytes - 1);
        Assert.IsInstanceOfType<StreamingDataset>(streamed);
        Assert.AreEqual((4, 4), (held.Photos, streamed.Photos));

        PatchDataset Open(RgbImage[] photos, long bytes) => PatchDataset.Open(new MadePhotos(photos), MadePhotos.Settings(bytes: bytes), default, Problems(), default);
    }

    [TestMethod]
    public void A_held_patch_follows_from_its_number_and_the_seed()
    {
        var photos = MadePhotos.Marked(3, 30, 40);
        var patches = MadePhotos.Hold(photos).Next(40);
        Assert.HasCount(3, patches.Select(Mark).Distinct());
        AssertSame(patches, MadePhotos.Hold(photos, MadePhotos.Settings(bytes: long.MaxValue, threads: 4)).Next(40));
        CollectionAssert.AreNotEqual(patches[0].High.Rgb, patches[1].High.Rgb);
        CollectionAssert.AreNotEqual(patches[0].High.Rgb, MadePhotos.Hold(photos, MadePhotos.Settings(bytes: long.MaxValue, seed: 2)).Next(1)[0].High.Rgb);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Every_patch_is_degraded_anew(bool streamed)
    {
        // One place and one orientation for all patches: what differs is the degradation.
        var photos = Enumerable.Range(0, 35).Select(_ => new RgbImage(16, 16, [.. Enumerable.Repeat((byte)100, 3 * 256)])).ToArray();
        var settings = MadePhotos.Settings(bytes: long.MaxValue) with { Degradation = DegradationSettings.Blind with { NoiseSigma = new(4, 16), StepShare = 1, CleanShare = 0 } };
        using PatchDataset feed = streamed
            ? new StreamingDataset(new MadePhotos(photos), settings, default, Problems(), default)
            : MadePhotos.Hold(photos, settings);
        Assert.IsGreaterThanOrEqualTo(990, feed.Next(1000).Select(patch => Convert.ToBase64String(patch.Low.Rgb)).Distinct().Count());
    }

    [TestMethod]
    public void A_JPEGs_grid_starts_anywhere_in_a_patch()
    {
        // A slope, compressed so much that every block of 8 pixels becomes flat: the steps show the grid.
        const int Side = 400;
        var slope = new RgbImage(Side, Side, [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (byte)(i / 3 % Side / 2))]);
        var settings = MadePhotos.Settings(patch: 64, bytes: long.MaxValue) with { Degradation = new() { JpegQuality = new(2, 2) } };
        using var feed = MadePhotos.Hold([slope], settings);
        var offsets = new int[8];
        foreach (var (low, _) in feed.Next(1000))
            foreach (var stride in new[] { 3, 3 * low.Width })
            {
                var steps = new double[8];
                for (var i = 0; i < low.Width - 1; i++)
                    steps[(i + 1) % 8] += Math.Abs(low.Rgb[(low.Width / 2) * (3 * low.Width + 3 - stride) + (i + 1) * stride] - low.Rgb[(low.Width / 2) * (3 * low.Width + 3 - stride) + i * stride]);
                if (steps.Max() > 2 * steps.Order().ElementAt(6) && steps.Max() > 0)
                    offsets[Array.IndexOf(steps, steps.Max())]++;
            }
        Assert.IsGreaterThan(500, offsets.Sum());
        // χ² with 7 degrees of freedom: above 24.3 once in a thousand
        var expected = offsets.Sum() / 8.0;
        Assert.IsLessThan(24.3, offsets.Sum(count => Math.Pow(count - expected, 2) / expected), string.Join(" ", offsets));
    }

    [TestMethod]
    public void Patches_are_made_ahead()
    {
        using var feed = MadePhotos.Hold(MadePhotos.Marked(3, 60, 60), MadePhotos.Settings(bytes: long.MaxValue) with { Degradation = DegradationSettings.Blind });
        feed.Next(1);
        var first = feed.Waited;
        Thread.Sleep(300);
        feed.Next(40);
        Assert.IsLessThan(TimeSpan.FromMilliseconds(20), feed.Waited - first);
    }

    [TestMethod]
    public void A_pass_gives_every_photo_32_patches_and_no_two_passes_are_alike()
    {
        // Two blocks of two photos and one of one.
        using var feed = Stream(MadePhotos.Marked(5, 60, 50), photosPerBlock: 2);
        var passes = Enumerable.Range(0, 2).Select(_ => feed.Next(5 * PerPhoto)).ToArray();
        foreach (var pass in passes)
            Assert.IsTrue(pass.CountBy(Mark).OrderBy(c => c.Key).SequenceEqual(Enumerable.Range(0, 5).Select(p => KeyValuePair.Create(p, PerPhoto))));
        CollectionAssert.AreNotEqual(passes[0].Select(Mark).ToArray(), passes[1].Select(Mark).ToArray());
        // A few of 3,312 places and orientations may come twice.
        Assert.IsGreaterThan(300, passes.SelectMany(pass => pass).Select(patch => Convert.ToBase64String(patch.High.Rgb)).Distinct().Count());
        // Neighbors within a block often come from different photos.
        Assert.IsGreaterThan(PerPhoto / 2, passes[0][..(2 * PerPhoto)].Zip(passes[0][1..(2 * PerPhoto)]).Count(p => Mark(p.First) != Mark(p.Second)));
    }

    [TestMethod]
    public void The_budget_bounds_the_block()
    {
        foreach (var (photosPerBlock, most) in new[] { (1, 1), (3, 3), (1000, 64) })
        {
            var reads = 0;
            var source = new MadePhotos(MadePhotos.Marked(70)) { Reading = _ => Interlocked.Increment(ref reads) };
            using var feed = new StreamingDataset(source, StreamSettings(photosPerBlock), default, Problems(), default);
            feed.Next(1);
            var ahead = Math.Min(70, 2 * most);
            SpinWait.SpinUntil(() => reads >= ahead, TimeSpan.FromSeconds(2));
            Assert.AreEqual(ahead, reads, "the block in use and the one decoded ahead");
        }
    }

    [TestMethod]
    public void One_or_four_threads_give_the_same_patches()
    {
        var photos = MadePhotos.Marked(7);
        using var one = Stream(photos, 3);
        using var four = Stream(photos, 3, threads: 4);
        AssertSame(one.Next(600), four.Next(600));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_feed_goes_on_from_any_position(bool streamed)
    {
        var source = new MadePhotos(MadePhotos.Marked(5)) { Problem = row => row == 2 ? "broken" : null };
        using var feed = Open(default);
        foreach (var count in new[] { 0, 1, 63, 30, 2, 160, 7 })
        {
            feed.Next(count);
            using var again = Open(feed.Position);
            var position = again.Position;
            AssertSame(Open(feed.Position).Next(70), again.Next(70));
            Assert.AreEqual(feed.Position, position);
        }
        using var resumed = Open(feed.Position);
        AssertSame(feed.Next(300), resumed.Next(300));
        Assert.AreEqual(feed.Position, resumed.Position);

        PatchDataset Open(DataPosition start) => streamed
            ? new StreamingDataset(source, StreamSettings(1), start, Problems(), default)
            : InMemoryDataset.TryRead(source, MadePhotos.Settings(bytes: long.MaxValue), start, Problems(), default)!;
    }

    [TestMethod]
    public void A_position_that_counts_all_patches_in_one_block_is_understood()
    {
        var source = new MadePhotos(MadePhotos.Marked(5));
        using var feed = Open(default);
        var patches = feed.Next(160);
        foreach (var taken in new[] { 1, 15, 16, 17, 32, 100 })
            AssertSame(patches[taken..(taken + 20)], Open(new(0, taken)).Next(20));

        InMemoryDataset Open(DataPosition start) =>
            InMemoryDataset.TryRead(source, MadePhotos.Settings(bytes: long.MaxValue), start, Problems(), default)!;
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Bad_rows_are_told_once_and_left_out(bool streamed)
    {
        var photos = MadePhotos.Marked(6);
        photos[4] = TestImages.Noise(40, 15);
        var source = new MadePhotos(photos) { Problem = row => row == 1 ? "it is broken." : null };
        using PatchDataset feed = streamed
            ? new StreamingDataset(source, StreamSettings(2, threads: 2), default, Problems(), default)
            : InMemoryDataset.TryRead(source, MadePhotos.Settings(bytes: long.MaxValue), default, Problems(), default)!;

        var seen = feed.Next(3 * 4 * PerPhoto).Select(Mark).Distinct().Order();

        CollectionAssert.AreEqual(new[] { 0, 2, 3, 5 }, seen.ToArray());
        Assert.AreEqual(4, feed.Photos);
        CollectionAssert.AreEquivalent(
            new[]
            {
                "Left out of training: photo 1: it is broken.",
                "Left out of training: photo 4: it is 40×15, smaller than the training patch of 16×16 pixels. Use larger images, or a smaller PatchSize.",
            },
            _told);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Nothing_usable_is_an_error_that_says_what_was_seen(bool streamed)
    {
        var source = new MadePhotos(MadePhotos.Marked(7)) { Problem = row => $"number {row} is broken." };
        var message = Assert.ThrowsExactly<InvalidOperationException>(() =>
        {
            if (!streamed)
                PatchDataset.Open(source, MadePhotos.Settings(), default, Problems(), default);
            using var feed = new StreamingDataset(source, StreamSettings(2), default, Problems(), default);
            feed.Next(1);
        }).Message;
        StringAssert.StartsWith(message, "There is no image for training. photo ");
        StringAssert.EndsWith(message, " is broken. And 2 more.");
        Assert.HasCount(7, _told);
        Assert.AreEqual("There is no image for training: the data has no rows.", Assert.ThrowsExactly<InvalidOperationException>(
            () => PatchDataset.Open(new MadePhotos(), MadePhotos.Settings(), default, Problems(), default)).Message);
    }

    [TestMethod]
    public void One_good_photo_among_bad_ones_is_enough()
    {
        foreach (var good in Enumerable.Range(0, 6))
        {
            var source = new MadePhotos(MadePhotos.Marked(6)) { Problem = row => row == good ? null : "broken" };
            using var feed = new StreamingDataset(source, StreamSettings(1), default, Problems(), default);
            Assert.IsTrue(feed.Next(10 * PerPhoto).All(patch => Mark(patch) == good));
        }
    }

    [TestMethod]
    public void What_goes_wrong_on_a_reading_thread_reaches_the_caller()
    {
        var source = new MadePhotos(MadePhotos.Marked(9)) { Reading = row => { if (row == 5) throw new IOException("the disk is gone"); } };
        Assert.AreEqual("the disk is gone", Assert.ThrowsExactly<IOException>(
            () => PatchDataset.Open(source, MadePhotos.Settings(bytes: long.MaxValue, threads: 3), default, Problems(), default)).Message);
        using var feed = new StreamingDataset(source, StreamSettings(2, threads: 3), default, Problems(), default);
        Assert.AreEqual("the disk is gone", Assert.ThrowsExactly<IOException>(() => feed.Next(9 * PerPhoto)).Message);
    }

    [TestMethod]
    public void Disposing_ends_the_reading_threads()
    {
        var (running, reads) = (0, 0);
        var source = new MadePhotos(MadePhotos.Marked(64))
        {
            Reading = _ =>
            {
                Interlocked.Increment(ref running);
                Interlocked.Increment(ref reads);
                Thread.Sleep(5);
                Interlocked.Decrement(ref running);
            },
        };
        using (var feed = new StreamingDataset(source, StreamSettings(64, threads: 4), default, Problems(), default))
            feed.Next(1);
        Assert.AreEqual(0, running);
        Assert.IsLessThan(2 * 64, reads);
    }

    [TestMethod]
    public void Cancellation_does_not_wait_for_a_block()
    {
        using var cancellation = new CancellationTokenSource();
        var source = new MadePhotos(MadePhotos.Marked(64)) { Reading = _ => { cancellation.Cancel(); Thread.Sleep(50); } };
        var clock = Stopwatch.StartNew();
        using var feed = new StreamingDataset(source, StreamSettings(64), default, Problems(), cancellation.Token);
        Assert.Throws<OperationCanceledException>(() => feed.Next(1));
        Assert.IsLessThan(64 * 50, clock.ElapsedMilliseconds);
    }

    PhotoProblems Problems() => new("training", text =>
    {
        lock (_told)
            _told.Add(text);
    });

    StreamingDataset Stream(RgbImage[] photos, int photosPerBlock, int threads = 1) =>
        new(new MadePhotos(photos), StreamSettings(photosPerBlock, threads), default, Problems(), default);

    static DataSettings StreamSettings(int photosPerBlock, int threads = 1) =>
        MadePhotos.Settings(bytes: 2L * PerPhoto * PatchBytes * photosPerBlock, threads: threads);

    static int Mark(TrainingPair patch) => patch.High.Rgb[0];

    static void AssertSame(TrainingPair[] expected, TrainingPair[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i].High.Rgb, actual[i].High.Rgb, $"patch {i}");
            CollectionAssert.AreEqual(expected[i].Low.Rgb, actual[i].Low.Rgb, $"patch {i}");
        }
    }
}
