namespace Dream.ML.Samples.Serving;

/// <summary>The files of onnxruntime-web, by which a browser runs a model itself.</summary>
/// <param name="Root">The folder they are in.</param>
sealed record BrowserRuntime(string Root)
{
    const string Version = "1.30.0";

    internal const string Cure = $"Get it with 'npm pack onnxruntime-web@{Version}', unpack it, and start again with '--onnxruntime-web package/dist'.";

    internal static readonly string Folder = Path.Combine("artifacts", $"onnxruntime-web-{Version}", "package", "dist");

    static readonly string[] Names = ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];

    /// <summary>The files in a folder that was named, or where eng/check-onnx leaves them; <c>null</c> where there are none.</summary>
    internal static BrowserRuntime? Find(string? folder)
    {
        if (folder is not null)
            return new(Path.GetFullPath(folder));
        for (var above = new DirectoryInfo(Environment.CurrentDirectory); above is not null; above = above.Parent)
            if (Path.Combine(above.FullName, Folder) is var found && Missing(found) is null)
                return new(found);
        return null;
    }

    /// <summary>The first file that a folder lacks, or <c>null</c>.</summary>
    internal static string? Missing(string folder) =>
        Names.Select(name => Path.Combine(folder, name)).FirstOrDefault(file => !File.Exists(file));

    /// <summary>The path of a file by its name, or <c>null</c> where it is none of them.</summary>
    internal string? PathOf(string name) => Names.Contains(name) ? Path.Combine(Root, name) : null;
}
