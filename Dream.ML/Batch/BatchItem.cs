namespace Dream.ML.Batch;

/// <summary>An image of a batch.</summary>
/// <param name="Source">Its full path.</param>
/// <param name="Name">Its path below the input folder.</param>
/// <param name="Output">Its result's path below the output folder.</param>
sealed record BatchItem(string Source, string Name, string Output)
{
    internal static BatchItem Create(ImageFolder folder, string name, string extension) =>
        new(Path.Combine(folder.Root, name), name, ResultOf(name, extension));

    /// <summary>What an image's result is called: by its own name alone, for what else the folder holds may change.</summary>
    internal static string ResultOf(string name, string extension) =>
        name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? name : name + extension;
}
