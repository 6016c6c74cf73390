using System.IO.Enumeration;

namespace Dream.ML.Batch;

/// <summary>An image of a batch.</summary>
/// <param name="Source">Its full path.</param>
/// <param name="Name">Its path below the input folder.</param>
/// <param name="Output">Its result's path below the output folder.</param>
sealed record BatchItem(string Source, string Name, string Output)
{
    static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"];

    /// <summary>All images of a batch, ordered by name.</summary>
    /// <exception cref="ArgumentException">The output folder is the input folder, or a listed file is outside of
    /// it.</exception>
    internal static IReadOnlyList<BatchItem> Find(BatchUpscaleOptions options, string extension)
    {
        var (input, output) = (FullPath(options.InputFolder), FullPath(options.OutputFolder));
        // Images that are not listed would be replaced unseen.
        if (input == output)
            throw new ArgumentException(
                $"The input folder '{input}' cannot hold the results; choose another output folder.");
        var files = options.Files?.Select(file => Path.Combine(input, file)) ?? Search(input, output);
        var names = files
            .Select(file => Path.GetRelativePath(input, file))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        if (names.Find(IsOutside) is { } outside)
            throw new ArgumentException($"The file '{outside}' is not in the input folder '{input}'.");

        // A result is called after its image; images that differ in their extensions only keep them.
        HashSet<string> keepExtension = [];
        string Result(string name) =>
            keepExtension.Contains(name) ? name + extension : Path.ChangeExtension(name, extension);
        List<string> clashing;
        do
        {
            clashing = [.. names.GroupBy(Result, StringComparer.OrdinalIgnoreCase)
                .Where(group => group.Count() > 1)
                .SelectMany(group => group)];
        }
        while (clashing.Count(keepExtension.Add) > 0);
        return [.. names.Select(name => new BatchItem(Path.Combine(input, name), name, Result(name)))];
    }

    static IEnumerable<string> Search(string input, string output)
    {
        if (!Directory.Exists(input))
            throw new DirectoryNotFoundException($"There is no folder '{input}'.");
        return new FileSystemEnumerable<string>(
            input,
            (ref FileSystemEntry entry) => entry.ToFullPath(),
            new() { RecurseSubdirectories = true })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory &&
                Extensions.Contains(Path.GetExtension(entry.FileName.ToString()), StringComparer.OrdinalIgnoreCase),
            // Links may lead in circles; results are no input of the next run.
            ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && entry.ToFullPath() != output,
        };
    }

    static bool IsOutside(string name) =>
        Path.IsPathRooted(name) || name.Split(Path.DirectorySeparatorChar)[0] == "..";

    static string FullPath(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
