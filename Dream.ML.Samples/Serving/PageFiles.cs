using Microsoft.AspNetCore.Http;

namespace Dream.ML.Samples.Serving;

/// <summary>The files of the page, which are part of the program.</summary>
static class PageFiles
{
    const string Folder = "wwwroot/";

    static readonly Dictionary<string, byte[]> Contents = typeof(PageFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToDictionary(name => name[Folder.Length..], Read);

    internal static IResult Serve(string name) =>
        Contents.TryGetValue(name, out var content) ? Results.Bytes(content, MediaType(name)) : Results.NotFound();

    internal static string MediaType(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".wasm" => "application/wasm",
        _ => "application/octet-stream",
    };

    static byte[] Read(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
