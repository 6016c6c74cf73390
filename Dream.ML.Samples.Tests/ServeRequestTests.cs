using System.Net;

namespace Dream.ML.Tests;

/// <summary>What the server of the web page answers to those who are not the page.</summary>
[TestClass]
public sealed class ServeRequestTests
{
    static ServeProcess _server = null!;
    static HttpClient _client = null!;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        _server = new();
        _client = new() { BaseAddress = _server.Address };
    }

    [ClassCleanup]
    public static void Stop()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [TestMethod]
    [DataRow("Origin", "http://elsewhere.example")]
    [DataRow("Origin", "null")]
    [DataRow("Sec-Fetch-Site", "cross-site")]
    [DataRow("Sec-Fetch-Site", "same-site")]
    [DataRow("Host", "elsewhere.example")]
    public async Task Other_pages_are_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/jobs") { Content = new ByteArrayContent([1]) };
        request.Headers.TryAddWithoutValidation(header, value);
        await AnsweredAsync(HttpStatusCode.Forbidden, request);
    }

    [TestMethod]
    [DataRow("/nothere.js")]
    [DataRow("/..%2fProgram.cs")]
    [DataRow("/ort/..%2f..%2fpackage.json")]
    [DataRow("/ort/ort.min.mjs")]
    [DataRow("/models/..%2f..%2fsecret.onnx")]
    [DataRow("/models/photo-4x-real.onnx?preset=..")]
    [DataRow("/api/jobs/0123456789abcdef")]
    [DataRow("/api/jobs/0123456789abcdef/result")]
    public async Task Nothing_but_the_page_and_its_pictures_is_served(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        await AnsweredAsync(HttpStatusCode.NotFound, request);
    }

    [TestMethod]
    public async Task Bad_requests_are_answered_with_a_sentence()
    {
        using var model = new HttpRequestMessage(HttpMethod.Post, "/api/jobs?model=nothere") { Content = new ByteArrayContent([1]) };
        StringAssert.Contains(await AnsweredAsync(HttpStatusCode.BadRequest, model), "There is no model 'nothere'.");
        using var preset = new HttpRequestMessage(HttpMethod.Post, "/api/jobs?preset=Best") { Content = new ByteArrayContent([1]) };
        StringAssert.Contains(await AnsweredAsync(HttpStatusCode.BadRequest, preset), "There is no preset 'Best'.");
        using var large = new HttpRequestMessage(HttpMethod.Post, "/api/jobs") { Content = new ByteArrayContent(new byte[(32 << 20) + 1]) };
        large.Headers.ExpectContinue = true;
        StringAssert.Contains(await AnsweredAsync(HttpStatusCode.RequestEntityTooLarge, large), "at most 32 MB");
    }

    [TestMethod]
    public async Task The_page_says_what_it_may_do()
    {
        using var answer = await _client.GetAsync("/", TestContext.CancellationToken);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        StringAssert.StartsWith(policy, "default-src 'none';");
        Assert.DoesNotContain("unsafe-inline", policy);
        Assert.IsFalse(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    async Task<string> AnsweredAsync(HttpStatusCode expected, HttpRequestMessage request)
    {
        using var answer = await _client.SendAsync(request, TestContext.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.CancellationToken);
        Assert.AreEqual(expected, answer.StatusCode, text);
        return text.Replace("\\u0027", "'");
    }
}
