using Dream.ML.Imaging.Files;
using Dream.ML.Samples.Worker;
using Dream.ML.Tests.DependencyInjection;
using Dream.ML.Tests.Imaging.Files;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Dream.ML.Tests.Samples;

/// <summary>The worker that watches a folder, started as it is configured.</summary>
[TestClass]
public sealed class WorkerTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TemporaryFolder Models = new();
    static readonly byte[] Image = MadeFiles.Encode(MadeFiles.Distinct(9, 7));

    readonly TemporaryFolder _folder = new();

    public TestContext TestContext { get; set; } = null!;

    CancellationToken Stop => TestContext.CancellationToken;

    [ClassInitialize]
    public static void Fit(TestContext context) => TinyModelFile.Save(Models["model.zip"]);

    [ClassCleanup]
    public static void CleanUpModel() => Models.Dispose();

    [TestCleanup]
    public void CleanUp() => _folder.Dispose();

    [TestMethod]
    public async Task Pictures_are_upscaled_and_broken_ones_are_set_aside_with_the_reason()
    {
        _folder.Write("inbox/photo.png", Image);
        _folder.Write("inbox/cut.png", Image[..(Image.Length / 2)]);
        _folder.Write("inbox/.hidden.png", Image);
        using var host = Start();
        await host.StartAsync(Stop);
        Appears("outbox/photo.png", "inbox/done/photo.png", "inbox/failed/cut.png");
        _folder.Write("inbox/later.jpg", MadeFiles.Encode(MadeFiles.Distinct(9, 7), ImageFileFormat.Jpeg));
        Appears("outbox/later.jpg.png", "inbox/done/later.jpg");
        await host.StopAsync(Stop);

        var result = ImageFileReader.Decode(File.ReadAllBytes(_folder["outbox/photo.png"]), "photo", new()).Pixels;
        Assert.AreEqual((18, 14), (result.Width, result.Height));
        StringAssert.Contains(File.ReadAllText(_folder["inbox/failed/cut.png.txt"]), "It is truncated");
        CollectionAssert.AreEquivalent(new[] { ".hidden.png" }, Names("inbox"));
        CollectionAssert.AreEquivalent(new[] { "photo.png", "later.jpg.png" }, Names("outbox"));
    }

    [TestMethod]
    public async Task A_file_that_someone_still_writes_stays_until_it_is_complete()
    {
        using var host = Start();
        await host.StartAsync(Stop);
        Directory.CreateDirectory(_folder["inbox"]);
        using (var slow = new FileStream(_folder["inbox/slow.png"], FileMode.Create, FileAccess.Write, FileShare.None))
        {
            slow.Write(Image.AsSpan(0, Image.Length / 2));
            slow.Flush();
            // A picture that came after it is finished, so the worker has looked at both.
            _folder.Write("inbox/quick.png", Image);
            Appears("outbox/quick.png");
            Assert.IsTrue(File.Exists(_folder["inbox/slow.png"]));
            slow.Write(Image.AsSpan(Image.Length / 2));
        }
        Appears("outbox/slow.png");
        await host.StopAsync(Stop);
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder["outbox/quick.png"]), File.ReadAllBytes(_folder["outbox/slow.png"]));
    }

    [TestMethod]
    public void A_file_is_complete_when_it_has_not_changed_between_two_looks()
    {
        _folder.Write("photo.png", Image[..10]);
        var inbox = new Inbox(_folder.ToString());
        Assert.IsEmpty(inbox.CompleteFiles());
        _folder.Write("photo.png", Image);
        Assert.IsEmpty(inbox.CompleteFiles());
        Assert.AreEqual("photo.png", inbox.CompleteFiles().Single().Name);
    }

    [TestMethod]
    public async Task A_stop_leaves_the_picture_at_work_for_the_next_start()
    {
        _folder.Write("inbox/large.png", MadeFiles.Encode(new(3000, 3000, new byte[27_000_000])));
        using (var host = Start())
        {
            await host.StartAsync(Stop);
            Appears("outbox");
            await Task.Delay(300, Stop);
            await host.StopAsync(Stop);
        }
        // Whether or not it got as far as the result: there is a whole one or none, and the original is where it belongs.
        var finished = File.Exists(_folder["inbox/done/large.png"]);
        CollectionAssert.AreEqual(finished ? new[] { "large.png" } : [], Names("outbox"));
        Assert.AreEqual(!finished, File.Exists(_folder["inbox/large.png"]));
    }

    [TestMethod]
    [DataRow("csharp", "Program.cs")]
    [DataRow("json", "appsettings.json")]
    public void It_is_the_code_of_the_documentation(string language, string file) => StringAssert.Contains(
        File.ReadAllText(Path.Combine(DocumentationTests.Root, "docs", "services.md")),
        $"```{language}\n{File.ReadAllText(Path.Combine(DocumentationTests.Root, "Dream.ML.Samples.Worker", file))}```");

    [TestMethod]
    public async Task Folders_that_cannot_be_meant_stop_the_start()
    {
        using var same = Start("--Folders:Outbox", _folder["inbox"]);
        var e = await Assert.ThrowsExactlyAsync<OptionsValidationException>(() => same.StartAsync(Stop));
        StringAssert.Contains(e.Message, "must be two folders");
        using var never = Start("--Folders:PollInterval", "00:00:00");
        e = await Assert.ThrowsExactlyAsync<OptionsValidationException>(() => never.StartAsync(Stop));
        StringAssert.Contains(e.Message, "such as 00:00:02");
    }

    IHost Start(params string[] more) => Dream.ML.Samples.Worker.Program.CreateHost(
    [
        "--contentRoot", _folder.ToString(), "--Dream:ModelPath", Models["model.zip"], "--Folders:Inbox", _folder["inbox"],
        "--Folders:Outbox", _folder["outbox"], "--Folders:PollInterval", "00:00:00.05", .. more,
    ]);

    void Appears(params string[] names)
    {
        foreach (var name in names)
            Assert.IsTrue(SpinWait.SpinUntil(() => Path.Exists(_folder[name]), Patience), name);
    }

    string[] Names(string folder) => [.. Directory.GetFiles(_folder[folder]).Select(path => Path.GetFileName(path)!)];
}
