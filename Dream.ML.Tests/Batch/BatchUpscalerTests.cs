using Dream.ML.Imaging.Files;
using Dream.ML.Tests.Imaging.Files;
using Dream.ML.Tests.MLNet;
using Microsoft.ML;

namespace Dream.ML.Tests.Batch;

[TestClass]
public sealed class BatchUpscalerTests
{
    static readonly string[] Names = ["a.png", "b.jpg", "one/c.png", "one/two/d.webp", "one/two/e.png"];

    readonly TemporaryFolder _folder = new();
    readonly NearestUpscaler _upscaler = new();

    public TestContext TestContext { get; set; } = null!;

    CancellationToken Stop => TestContext.CancellationToken;

    [TestInitialize]
    public void WriteInputs()
    {
        for (var i = 0; i < Names.Length; i++)
            _folder.Write($"in/{Names[i]}", MadeFiles.Encode(MadeFiles.Distinct(4 + i, 3), Format(Names[i])));
    }

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void Results_mirror_the_folders()
    {
        Assert.AreEqual((5, 0, 0), Run());
        CollectionAssert.AreEqual(
            new[] { "a.png", "b.jpg.png", "one/c.png", "one/two/d.webp.png", "one/two/e.png" }, Results().Keys.ToArray());
        var image = ImageFileReader.Decode(File.ReadAllBytes(_folder["out/one/two/e.png"]), "e.png", new()).Pixels;
        Assert.AreEqual((16, 6), (image.Width, image.Height));
    }

    [TestMethod]
    public void What_is_finished_is_skipped()
    {
        Run();
        Assert.AreEqual((0, 5, 0), Run());
        Assert.AreEqual(5, _upscaler.Calls);
        Assert.AreEqual((5, 0, 0), Run(Options() with { Overwrite = OverwritePolicy.Always }));
        Assert.AreEqual((0, 5, 0), Run(Options() with { Overwrite = OverwritePolicy.Never }));
    }

    [TestMethod]
    public void What_changed_is_done_again()
    {
        Run();
        _folder.Write("in/a.png", MadeFiles.Encode(MadeFiles.Distinct(7, 7)));
        _folder.Write("out/b.jpg.png", [1, 2, 3]);
        File.Delete(_folder["out/one/c.png"]);
        Assert.AreEqual((3, 2, 0), Run());
        Assert.AreEqual((0, 5, 0), Run());
        Assert.AreEqual((5, 0, 0), Run(Options() with { Format = ImageFileFormat.Jpeg }));
        Assert.AreEqual((5, 0, 0), Run(Options() with { Format = ImageFileFormat.Jpeg, Quality = 50 }));
    }

    [TestMethod]
    public void Shards_share_the_images_among_them()
    {
        Run();
        var expected = Results();
        Directory.Delete(_folder["out"], recursive: true);
        var shards = Enumerable.Range(1, 3).Select(index => Run(Options() with { Shard = new(index, 3) })).ToList();
        Assert.AreEqual(5, shards.Sum(shard => shard.Upscaled));
        AssertSame(expected, Results());
        Assert.AreEqual((0, 5, 0), Run());
    }

    [TestMethod]
    public void A_file_stays_in_its_shard()
    {
        var shards = Enumerable.Range(1, 4).Select(index => new BatchShard(index, 4)).ToList();
        var counts = new int[4];
        for (var file = 0; file < 1000; file++)
            counts[shards.FindIndex(shard => shard.Contains($"photos/{file}.jpg"))]++;
        Assert.AreEqual(1000, counts.Sum());
        Assert.IsTrue(counts.All(count => count is > 200 and < 300), string.Join(' ', counts));
        Assert.AreEqual(shards[1], BatchShard.Parse("2/4"));
        foreach (var text in new[] { "", "0/4", "5/4", "1", "1/2/3", "a/b", "-1/4" })
            Assert.ThrowsExactly<FormatException>(() => BatchShard.Parse(text));
    }

    [TestMethod]
    public void Bad_files_are_named_and_passed_by()
    {
        _folder.Write("in/bad/empty.png", []);
        _folder.Write("in/bad/text.jpg", [.. "No image."u8]);
        _folder.Write("in/bad/notes.txt", [.. "Not looked at."u8]);
        var result = new BatchUpscaler(Model(), Options()).Run();
        Assert.AreEqual(5, result.Upscaled);
        CollectionAssert.AreEqual(
            new[] { "bad/empty.png", "bad/text.jpg" },
            result.Failures.Select(failure => Slashes(failure.File)).ToArray());
        StringAssert.Contains(result.Failures[1].Reason, "text file");
    }

    [TestMethod]
    public void A_run_that_was_killed_goes_on_to_the_same_bytes()
    {
        Run();
        var expected = Results();
        for (var killAfter = 0; killAfter < 5; killAfter++)
        {
            Directory.Delete(_folder["out"], recursive: true);
            using var cancellation = new CancellationTokenSource();
            var progress = new Seen(progress => CancelAt(progress.Done, killAfter + 1, cancellation));
            if (killAfter < 4)
                Assert.ThrowsExactly<OperationCanceledException>(
                    () => new BatchUpscaler(Model(), Options()).Run(progress, cancellation.Token));

            // What a process leaves that had no time to clean up: a part of a file, and a part of a line.
            _folder.Write($"out/one/.1-of-1.{Guid.NewGuid():N}.dream-tmp", [1, 2]);
            File.AppendAllText(_folder["out/.dream-1-of-1.jsonl"], "{\"Output\":\"one/c");

            var (upscaled, skipped, _) = Run();
            Assert.AreEqual(5, upscaled + skipped);
            if (killAfter < 4)
                Assert.AreEqual(killAfter + 1, skipped);
            AssertSame(expected, Results());
            Assert.HasCount(5, File.ReadAllLines(_folder["out/.dream-1-of-1.jsonl"]));
        }

        static void CancelAt(int done, int last, CancellationTokenSource cancellation)
        {
            if (done == last)
                cancellation.Cancel();
        }
    }

    [TestMethod]
    public void A_result_whose_line_was_lost_is_made_again()
    {
        Run();
        var expected = Results();
        var lines = File.ReadAllLines(_folder["out/.dream-1-of-1.jsonl"]);
        File.WriteAllText(_folder["out/.dream-1-of-1.jsonl"], lines[0] + "\n" + lines[1][..20]);
        Assert.AreEqual((4, 1, 0), Run());
        AssertSame(expected, Results());
    }

    [TestMethod]
    public void Temporary_files_of_a_running_shard_are_left_alone()
    {
        _folder.Write("out/.dream-1-of-2.jsonl", []);
        _folder.Write("out/.1-of-2.x.dream-tmp", [1]);
        using (File.Open(_folder["out/.dream-1-of-2.jsonl"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Run(Options() with { Shard = new(2, 2) });
            Assert.IsTrue(File.Exists(_folder["out/.1-of-2.x.dream-tmp"]));
            var error = Assert.ThrowsExactly<IOException>(() => Run(Options() with { Shard = new(1, 2) }));
            StringAssert.Contains(error.Message, "another process");
        }
        Run(Options() with { Shard = new(2, 2) });
        Assert.IsFalse(File.Exists(_folder["out/.1-of-2.x.dream-tmp"]));
    }

    [TestMethod]
    public void Progress_counts_every_image_and_estimates_the_rest()
    {
        List<BatchProgress> seen = [];
        var upscaler = new BatchUpscaler(Model(), Options());
        upscaler.Run(new Seen(seen.Add));
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4, 5 }, seen.Select(progress => progress.Done).ToArray());
        Assert.IsTrue(seen.All(
            progress => progress is { Total: 5, Outcome: BatchOutcome.Upscaled, Remaining: not null }));
        Assert.AreEqual(TimeSpan.Zero, seen[^1].Remaining);
        seen.Clear();
        upscaler.Run(new Seen(seen.Add));
        Assert.IsTrue(seen.All(progress => progress is { Outcome: BatchOutcome.Skipped, Remaining: null }));
    }

    [TestMethod]
    public async Task The_callers_thread_goes_free_while_a_batch_runs()
    {
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var first = new TaskCompletionSource();
        var running = new BatchUpscaler(Model(), Options()).RunAsync(new Seen(_ =>
        {
            first.TrySetResult();
            gate.Wait(Stop);
        }), cancellation.Token);
        await first.Task.WaitAsync(Stop);
        Assert.IsFalse(running.IsCompleted);
        cancellation.Cancel();
        gate.Set();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);

        var result = await new BatchUpscaler(Model(), Options()).RunAsync(cancellation: Stop);
        Assert.AreEqual((4, 1), (result.Upscaled, result.Skipped));
    }

    [TestMethod]
    public void Results_are_not_upscaled_again()
    {
        var inside = Options() with { OutputFolder = _folder["in/out"] };
        Assert.AreEqual((5, 0, 0), Run(inside));
        Assert.AreEqual((0, 5, 0), Run(inside));
    }

    [TestMethod]
    public void No_input_is_replaced()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Run(Options() with { OutputFolder = _folder["in"] }));
        var above = Options() with { InputFolder = _folder["in/one"], Files = ["../a.png"] };
        Assert.ThrowsExactly<ArgumentException>(() => Run(above));
    }

    [TestMethod]
    public void Listed_files_are_all_that_is_done()
    {
        Assert.AreEqual((2, 0, 0), Run(Options() with { Files = ["a.png", _folder["in/one/c.png"], "one/../a.png"] }));
        CollectionAssert.AreEqual(new[] { "a.png", "one/c.png" }, Results().Keys.ToArray());
    }

    static ImageFileFormat Format(string name) => Path.GetExtension(name) switch
    {
        ".jpg" => ImageFileFormat.Jpeg,
        ".webp" => ImageFileFormat.WebP,
        _ => ImageFileFormat.Png,
    };

    static string Slashes(string path) => path.Replace(Path.DirectorySeparatorChar, '/');

    static void AssertSame(SortedDictionary<string, byte[]> expected, SortedDictionary<string, byte[]> actual)
    {
        CollectionAssert.AreEqual(expected.Keys.ToArray(), actual.Keys.ToArray());
        foreach (var (name, bytes) in expected)
            CollectionAssert.AreEqual(bytes, actual[name], name);
    }

    BatchUpscaleOptions Options() => new() { InputFolder = _folder["in"], OutputFolder = _folder["out"] };

    DreamSuperResolutionTransformer Model() => new(new MLContext(), "Upscaled", "Image", _upscaler);

    (int Upscaled, int Skipped, int Failed) Run(BatchUpscaleOptions? options = null)
    {
        var result = new BatchUpscaler(Model(), options ?? Options()).Run();
        return (result.Upscaled, result.Skipped, result.Failures.Count);
    }

    /// <summary>All that the output folder holds, hidden files included, without the manifests.</summary>
    SortedDictionary<string, byte[]> Results()
    {
        var files = new DirectoryInfo(_folder["out"]).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Extension != ".jsonl");
        return new(files.ToDictionary(
            file => Slashes(Path.GetRelativePath(_folder["out"], file.FullName)),
            file => File.ReadAllBytes(file.FullName)),
            StringComparer.Ordinal);
    }

    sealed class Seen(Action<BatchProgress> see) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => see(value);
    }
}
