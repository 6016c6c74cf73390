using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Dream.ML.Imaging.Files;
using Dream.ML.Tests.Imaging.Files;

namespace Dream.ML.Tests.DependencyInjection;

/// <summary>The documented web service in a process of its own, asked through HTTP.</summary>
[TestClass]
public sealed partial class WebServiceTests
{
    const int MaxFileBytes = 1_000_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TemporaryFolder Folder = new();
    static readonly ConcurrentQueue<string> Log = [];
    static readonly byte[] Image = MadeFiles.Encode(MadeFiles.Distinct(9, 7));

    static Process _service = null!;
    static HttpClient _client = null!;

    public TestContext TestContext { get; set; } = null!;

    CancellationToken Stop => TestContext.CancellationToken;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        TinyModelFile.Save(Folder["model.zip"]);
        // It is built beside the tests.
        var folder = AppContext.BaseDirectory.Replace("Dream.ML.Tests", "Dream.ML.Samples.Web");
        _service = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(folder, "Dream.ML.Samples.Web.dll"), "--urls", "http://127.0.0.1:0", "--contentRoot", folder,
            "--Dream:ModelPath", Folder["model.zip"], "--Dream:MaxQueueLength", "1", "--Dream:Limits:MaxFileBytes", $"{MaxFileBytes}",
        ])
        {
            RedirectStandardOutput = true,
        })!;
        _service.OutputDataReceived += (_, line) => Log.Enqueue(line.Data ?? "");
        _service.BeginOutputReadLine();
        Assert.IsTrue(SpinWait.SpinUntil(() => Address().Success || _service.HasExited, Patience));
        _client = new() { BaseAddress = new(Address().Groups[1].Value), Timeout = Patience };
    }

    [ClassCleanup]
    public static void CleanUp()
    {
        _client?.Dispose();
        _service.Kill();
        _service.WaitForExit();
        _service.Dispose();
        Folder.Dispose();
    }

    [TestMethod]
    public void It_is_the_code_of_the_documentation()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "README.md")))
            root = root.Parent!;
        StringAssert.Contains(
            File.ReadAllText(Path.Combine(root.FullName, "docs", "services.md")),
            $"```csharp\n{File.ReadAllText(Path.Combine(root.FullName, "Dream.ML.Samples.Web", "Program.cs"))}```");
    }

    [TestMethod]
    public async Task An_image_may_be_the_body_or_the_file_of_a_form()
    {
        using var body = await PostAsync(Image);
        using var form = await PostAsync(new MultipartFormDataContent { { new ByteArrayContent(Image), "file", "photo.png" } });
        foreach (var answer in new[] { body, form })
        {
            Assert.AreEqual((HttpStatusCode.OK, "image/png"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.AreEqual((18, 14), await SizeAsync(answer));
        }
        using var sized = await PostAsync(new ByteArrayContent(Image), "?width=36&detail=0.7&format=Jpeg&quality=80");
        Assert.AreEqual((HttpStatusCode.OK, "image/jpeg"), (sized.StatusCode, sized.Content.Headers.ContentType?.MediaType));
        Assert.AreEqual((36, 28), await SizeAsync(sized));
        Assert.AreEqual("Healthy", await _client.GetStringAsync("/health", Stop));
    }

    [TestMethod]
    public async Task Bad_requests_are_answered_with_what_fits_and_why()
    {
        await RefusedAsync(415, "It is a text file", new StringContent("no image"));
        await RefusedAsync(422, "It is truncated", new ByteArrayContent(Image[..(Image.Length / 2)]));
        await RefusedAsync(400, "It is empty", new ByteArrayContent([]));
        await RefusedAsync(413, "12,000 × 12,000 pixels", new ByteArrayContent(MadeFiles.Png(12_000, 12_000, 8, 2, [])));
        await RefusedAsync(413, "1,000,000 allowed", new ByteArrayContent(new byte[MaxFileBytes + 1]));
        await RefusedAsync(400, "Detail must be in [0, 1]", new ByteArrayContent(Image), "?detail=2");
        await RefusedAsync(413, "would become 15000×11667", new ByteArrayContent(Image), "?width=15000");
        await RefusedAsync(415, "It is a text file",
            new MultipartFormDataContent { { new ByteArrayContent([.. "no image"u8]), "file", "photo.png" } });
    }

    [TestMethod]
    public async Task Requests_that_the_server_itself_cannot_read_are_no_error_of_the_service()
    {
        await AnsweredAsync(400, new MultipartFormDataContent { { new StringContent("no file"), "text" } });
        await AnsweredAsync(400, new ByteArrayContent(Image), "?width=wide");
        var unbounded = new ByteArrayContent(Image);
        unbounded.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data");
        await AnsweredAsync(400, unbounded);
        // Kestrel refuses it by its length.
        await AnsweredAsync(413, new ByteArrayContent(new byte[31_000_000]));
    }

    [TestMethod]
    public async Task A_full_queue_is_answered_with_503_and_clients_that_have_gone_leave_it()
    {
        var large = MadeFiles.Encode(new(3000, 3000, new byte[27_000_000]));
        Assert.IsLessThan(MaxFileBytes, large.Length);
        using var gone = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 4).Select(_ => PostAsync(new ByteArrayContent(large), cancellation: gone.Token)).ToList();

        // One works, one waits.
        for (var refused = 0; refused < 2; refused++)
        {
            var first = await Task.WhenAny(requests);
            requests.Remove(first);
            using var answer = await first;
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            StringAssert.Contains(await answer.Content.ReadAsStringAsync(Stop), "1 image waits to be upscaled already. Try again later");
        }
        gone.Cancel();

        foreach (var request in requests)
            await Assert.ThrowsAsync<OperationCanceledException>(() => request);
        Assert.IsTrue(SpinWait.SpinUntil(() => Log.Count(line => Finished499().IsMatch(line)) == 2, Patience), string.Join('\n', Log));
        using var next = await PostAsync(Image);
        Assert.AreEqual(HttpStatusCode.OK, next.StatusCode);
    }

    async Task RefusedAsync(int statusCode, string message, HttpContent content, string query = "") =>
        StringAssert.Contains(await AnsweredAsync(statusCode, content, query), message);

    async Task<string> AnsweredAsync(int statusCode, HttpContent content, string query = "")
    {
        using var answer = await PostAsync(content, query, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.AreEqual(statusCode, (int)answer.StatusCode, text);
        return text.Replace("\\u00D7", "×");
    }

    Task<HttpResponseMessage> PostAsync(byte[] image) => PostAsync(new ByteArrayContent(image), "", Stop);

    static async Task<HttpResponseMessage> PostAsync(HttpContent content, string query = "", CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/upscale{query}") { Content = content };
        // A refusal comes before the body is sent.
        request.Headers.ExpectContinue = true;
        return await _client.SendAsync(request, cancellation);
    }

    async Task<(int, int)> SizeAsync(HttpResponseMessage answer)
    {
        var pixels = ImageFileReader.Decode(await answer.Content.ReadAsByteArrayAsync(Stop), "answer", new()).Pixels;
        return (pixels.Width, pixels.Height);
    }

    static Match Address() => Log.Select(line => Listening().Match(line)).FirstOrDefault(match => match.Success) ?? Match.Empty;

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"Request finished .* - 499 ")]
    private static partial Regex Finished499();
}
