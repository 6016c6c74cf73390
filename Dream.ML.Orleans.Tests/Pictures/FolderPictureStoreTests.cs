using Dream.ML.Tests;

namespace Dream.ML.Orleans.Tests.Pictures;

[TestClass]
public sealed class FolderPictureStoreTests
{
    readonly TemporaryFolder _folder = new();

    public TestContext TestContext { get; set; } = null!;

    CancellationToken Stop => TestContext.CancellationToken;

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task What_is_there_stays_as_it_is()
    {
        var store = new FolderPictureStore($"{_folder}");
        Assert.IsFalse(await store.ExistsAsync("a/b.png", Stop));
        Assert.IsTrue(await store.TryAddAsync("a/b.png", new byte[] { 1, 2 }, Stop));
        Assert.IsFalse(await store.TryAddAsync("a/b.png", new byte[] { 3 }, Stop));
        Assert.IsTrue(await store.ExistsAsync("a/b.png", Stop));
        await using var stream = await store.OpenReadAsync("a/b.png", Stop);
        Assert.AreEqual(1, stream.ReadByte());
    }

    [TestMethod]
    public async Task Of_many_at_a_time_one_adds()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => new FolderPictureStore($"{_folder}").TryAddAsync("a.png", Enumerable.Repeat((byte)i, 100_000).ToArray(), Stop), Stop)));
        Assert.AreEqual(1, results.Count(added => added));
        Assert.HasCount(1, File.ReadAllBytes(_folder["a.png"]).Distinct());
        Assert.IsEmpty(Directory.GetFiles(_folder[".dream-tmp"]));
    }

    [TestMethod]
    public async Task What_a_killed_worker_left_goes_with_the_next_result()
    {
        var store = new FolderPictureStore($"{_folder}");
        await store.TryAddAsync("a.png", new byte[] { 1 }, Stop);
        File.Delete(_folder["a.png"]);
        // The name that a temporary file of this result begins with.
        _folder.Write(".dream-tmp/7C0BF2178A6A9B2C-other", [1]);
        var prefix = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("a.png"u8).AsSpan(0, 16));
        _folder.Write($".dream-tmp/{prefix}-left", [1]);
        Assert.IsTrue(await store.TryAddAsync("a.png", new byte[] { 2 }, Stop));
        Assert.AreEqual("7C0BF2178A6A9B2C-other", Path.GetFileName(Directory.GetFiles(_folder[".dream-tmp"]).Single()));
    }

    [TestMethod]
    [DataRow("../a.png")]
    [DataRow("a/../../b.png")]
    [DataRow("/etc/passwd")]
    [DataRow("")]
    public async Task No_name_leads_out_of_the_folder(string name)
    {
        var store = new FolderPictureStore(_folder["in"]);
        await Assert.ThrowsAsync<IOException>(() => store.OpenReadAsync(name, Stop));
        await Assert.ThrowsAsync<IOException>(() => store.TryAddAsync(name, new byte[] { 1 }, Stop));
        Assert.IsEmpty(Directory.GetFileSystemEntries($"{_folder}"));
    }
}
