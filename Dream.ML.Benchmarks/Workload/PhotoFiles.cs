namespace Dream.ML.Benchmarks.Workload;

/// <summary>The photos of a folder and of those below, in the same order on every machine.</summary>
static class PhotoFiles
{
    static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp"];

    internal static IEnumerable<string> Of(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal);
}
