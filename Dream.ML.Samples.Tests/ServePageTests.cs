using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.ML.Data;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Dream.ML.Tests;

/// <summary>The web page in Chromium, as people use it. Inconclusive where there is none.</summary>
[TestClass]
public sealed partial class ServePageTests
{
    const string Chromium = "/usr/bin/chromium";
    const int Width = 160;
    const int Height = 24;
    // A machine that is at work on other things takes its time.
    const float Patience = 45_000;

    static readonly TemporaryFolder Folder = new();

    static ServeProcess? _server;
    static IPlaywright? _playwright;
    static IBrowser? _browser;

    IBrowserContext _context = null!;
    IPage _page = null!;

    [ClassInitialize]
    public static async Task Start(TestContext context)
    {
        if (!File.Exists(Chromium))
            return;
        using (var photo = ImageFiles.Read(Path.Combine(AppContext.BaseDirectory, "dog.png")))
        using (var small = photo.ResizeBicubic(Width, Height))
        using (var large = photo.ResizeBicubic(900, 700))
        {
            small.Save(Folder["small.jpg"]);
            large.Save(Folder["large.png"]);
        }
        SetDefaultExpectTimeout(Patience);
        _server = new();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
    }

    [ClassCleanup]
    public static async Task Stop()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _server?.Dispose();
        Folder.Dispose();
    }

    [TestInitialize]
    public async Task Open()
    {
        if (_browser is null)
            Assert.Inconclusive($"There is no {Chromium}.");
        _context = await _browser.NewContextAsync(new() { BaseURL = _server!.Address.ToString(), ReducedMotion = ReducedMotion.Reduce });
        _page = await _context.NewPageAsync();
        await _page.GotoAsync("/");
        await Expect(_page.Locator("body[data-ready]")).ToBeAttachedAsync();
    }

    [TestCleanup]
    public async Task Close()
    {
        if (_context is not null)
            await _context.DisposeAsync();
    }

    [TestMethod]
    public async Task A_picture_is_upscaled_compared_and_downloaded()
    {
        await RequireAccessibleAsync();
        await ChooseAsync(Folder["small.jpg"]);
        await Expect(_page.GetByRole(AriaRole.Img, new() { Name = "Enlarged by bicubic interpolation" })).ToBeVisibleAsync();
        var shares = await RecordProgressAsync();
        await _page.GetByRole(AriaRole.Button, new() { Name = "Upscale" }).PressAsync("Enter");
        await Expect(Status).ToContainTextAsync($"Done: {4 * Width} × {4 * Height} pixels");
        await Expect(_page.Locator("#facts")).ToContainTextAsync(ModelWithReason());
        CollectionAssert.Contains(await shares(), "1");

        // The slider by keyboard: a share more of the bicubic picture covers that of the result.
        var slider = _page.GetByLabel("Share of bicubic");
        var before = await ClipAsync();
        await slider.PressAsync("ArrowRight");
        await Expect(slider).ToHaveValueAsync("51");
        Assert.IsGreaterThan(before, await ClipAsync());
        await slider.PressAsync("End");
        await Expect(slider).ToHaveValueAsync("100");

        await _page.GetByRole(AriaRole.Button, new() { Name = "1 : 1, zoom to 100 %" }).PressAsync("Enter");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).PressAsync("Enter");
        await Expect(_page.Locator("#zoom")).ToHaveTextAsync("150 %");

        var file = await DownloadAsync();
        Assert.AreEqual("small-large.png", file.Name);
        using var result = ImageFiles.Read(file.Path);
        Assert.AreEqual((4 * Width, 4 * Height), (result.Width, result.Height));

        await RequireAccessibleAsync();
        await _page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await RequireAccessibleAsync();
        await _page.SetViewportSizeAsync(360, 700);
        await RequireAccessibleAsync();
        Assert.IsTrue(await _page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than a phone.");
    }

    [TestMethod]
    public async Task A_picture_is_made_as_wide_as_one_likes()
    {
        await ChooseAsync(Folder["small.jpg"]);
        await _page.GetByLabel("Width in pixels").FillAsync("0");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Upscale" }).ClickAsync();
        await Expect(Alert).ToContainTextAsync("The width must be a whole number from 1 to 20,000.");
        await _page.GetByLabel("Width in pixels").FillAsync("320");
        await _page.GetByLabel("Fidelity").CheckAsync();
        await _page.GetByRole(AriaRole.Button, new() { Name = "Upscale" }).ClickAsync();
        await Expect(Status).ToContainTextAsync("Done: 320 × 48 pixels");
        await Expect(Alert).ToBeEmptyAsync();
    }

    [TestMethod]
    public async Task What_is_canceled_ends_and_is_forgotten()
    {
        await ChooseAsync(Folder["large.png"]);
        var watched = _page.WaitForRequestAsync(Job());
        await _page.GetByRole(AriaRole.Button, new() { Name = "Upscale" }).ClickAsync();
        var job = (await watched).Url;
        await _page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).PressAsync("Enter");
        await Expect(Status).ToHaveTextAsync("Canceled.");
        await Expect(_page.GetByRole(AriaRole.Button, new() { Name = "Upscale" })).ToBeFocusedAsync();
        await RequireForgottenAsync(job);

        // So is what a page was at work on when it went.
        watched = _page.WaitForRequestAsync(Job());
        await _page.GetByRole(AriaRole.Button, new() { Name = "Upscale" }).ClickAsync();
        job = (await watched).Url;
        await _page.GotoAsync("about:blank");
        await RequireForgottenAsync(job);
    }

    public static IEnumerable<object[]> HostileFiles =>
    [
        ["empty.png", Array.Empty<byte>(), "The file is empty."],
        ["text.png", "Just a text."u8.ToArray(), "It is a text file, whatever its name says."],
        ["cut.jpg", null!, "It is truncated: the end is missing."],
        ["bomb.png", Bomb(60_000), "The picture has 60,000 × 60,000 pixels; that is too many. At most 32 MB and"],
        ["photo.heic", (byte[])[0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8, .. new byte[64]], "HEIC"],
    ];

    [TestMethod]
    [DynamicData(nameof(HostileFiles))]
    public async Task A_hostile_file_becomes_a_sentence(string name, byte[]? content, string sentence)
    {
        content ??= File.ReadAllBytes(Folder["small.jpg"])[..^200];
        await _page.SetInputFilesAsync("#file", new FilePayload { Name = name, MimeType = "image/png", Buffer = content });
        await _page.GetByRole(AriaRole.Button, new() { Name = "Upscale" }).ClickAsync();
        await Expect(Alert).ToContainTextAsync(sentence);
        await Expect(_page.Locator("#after")).ToBeHiddenAsync();

        // Whoever is not stopped by the page is by the server.
        var posted = await _page.EvaluateAsync<string>("""
            async bytes => {
                const { id } = await (await fetch("/api/jobs", { method: "POST", body: new Uint8Array(bytes) })).json();
                const told = (await (await fetch(`/api/jobs/${id}`)).text()).trim().split("\n").filter(line => line.startsWith("data:")).at(-1);
                return JSON.parse(told.slice(5)).message;
            }
            """, content.Select(value => (int)value).ToArray());
        Assert.IsGreaterThan(10, posted.Length, posted);
        Assert.DoesNotContain("MaxPixels", posted);
    }

    [TestMethod]
    public async Task The_browser_upscales_by_itself_and_makes_the_same()
    {
        var choice = _page.GetByLabel("In this browser");
        if (await choice.IsDisabledAsync())
        {
            await Expect(_page.Locator("#where-browser")).ToContainTextAsync("Get it with 'npm pack onnxruntime-web@");
            Assert.Inconclusive("The files of onnxruntime-web are not there: eng/check-onnx fetches them.");
        }
        await ChooseAsync(Folder["small.jpg"]);
        await _page.GetByLabel("Fidelity").CheckAsync();
        await _page.GetByLabel("Model", new() { Exact = true }).SelectOptionAsync("photo-4x-real");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Upscale" }).ClickAsync();
        await Expect(Status).ToContainTextAsync("Done");
        var onServer = await DownloadAsync();

        var sent = new List<string>();
        _page.Request += (_, request) => sent.Add(request.Method);
        await choice.CheckAsync();
        // Where the machine is fast, nothing but "Done" stands there for long.
        await _page.EvaluateAsync("""
            () => {
                const status = document.querySelector('[role=status]');
                window.told = [];
                new MutationObserver(() => told.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
            }
            """);
        await _page.GetByRole(AriaRole.Button, new() { Name = "Upscale" }).ClickAsync();
        await Expect(Status).ToContainTextAsync("Done");
        // The tiles of this picture are two.
        StringAssert.Contains(await _page.EvaluateAsync<string>("told.join('\\n')"), "50 % done");
        CollectionAssert.DoesNotContain(sent, "POST");
        var inBrowser = await DownloadAsync();

        using MLImage expected = ImageFiles.Read(onServer.Path), actual = ImageFiles.Read(inBrowser.Path);
        Assert.AreEqual((expected.Width, expected.Height), (actual.Width, actual.Height));
        var difference = expected.Pixels.ToArray().Zip(actual.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Average();
        Assert.IsLessThan(0.5, difference);
    }

    ILocator Status => _page.GetByRole(AriaRole.Status);

    ILocator Alert => _page.GetByRole(AriaRole.Alert);

    async Task ChooseAsync(string file)
    {
        await _page.SetInputFilesAsync("#file", file);
        await Expect(Status).ToContainTextAsync("is chosen");
    }

    async Task<Func<Task<string[]>>> RecordProgressAsync()
    {
        await _page.EvaluateAsync("""
            () => {
                window.shares = [];
                new MutationObserver(() => window.shares.push(document.getElementById("progress").getAttribute("value")))
                    .observe(document.getElementById("progress"), { attributes: true });
            }
            """);
        return () => _page.EvaluateAsync<string[]>("window.shares.map(String)");
    }

    // Pixels of the result that are covered at its left.
    async Task<double> ClipAsync() =>
        await _page.EvaluateAsync<double>("parseFloat(document.getElementById('sheet').style.getPropertyValue('--split'))");

    async Task<(string Name, string Path)> DownloadAsync()
    {
        var download = await _page.RunAndWaitForDownloadAsync(() => _page.GetByRole(AriaRole.Link, new() { Name = "Download PNG" }).ClickAsync());
        return (download.SuggestedFilename, await download.PathAsync());
    }

    async Task RequireAccessibleAsync()
    {
        var result = await _page.RunAxe();
        Assert.IsEmpty(result.Violations, string.Join('\n', result.Violations.Select(Describe)));

        static string Describe(AxeResultItem item) => $"{item.Id}: {item.Help}\n{string.Join('\n', item.Nodes.Select(node => "  " + node.Html))}";
    }

    static async Task RequireForgottenAsync(string job)
    {
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 50; attempt++)
        {
            using var answer = await client.GetAsync(job, HttpCompletionOption.ResponseHeadersRead);
            if (answer.StatusCode == System.Net.HttpStatusCode.NotFound)
                return;
            await Task.Delay(100);
        }
        Assert.Fail("The server still knows the picture.");
    }

    /// <summary>A PNG file of a few bytes that says it is large.</summary>
    static byte[] Bomb(int side)
    {
        byte[] header = [.. "IHDR"u8, .. BigEndian(side), .. BigEndian(side), 8, 2, 0, 0, 0];
        return
        [
            0x89, .. "PNG"u8, 13, 10, 26, 10,
            .. BigEndian(13), .. header, .. BigEndian((int)System.IO.Hashing.Crc32.HashToUInt32(header)),
            .. BigEndian(0), .. "IEND"u8, .. BigEndian(unchecked((int)0xAE426082)),
        ];

        static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
    }

    [GeneratedRegex("Model photo-4x[a-z-]*: .+")]
    private static partial Regex ModelWithReason();

    [GeneratedRegex("/api/jobs/[0-9a-f]{32}$")]
    private static partial Regex Job();
}
