namespace Dream.ML.Batch;

/// <summary>An image of a batch.</summary>
/// <param name="Name">Its path below the input folder.</param>
/// <param name="Output">Its result's path below the output folder.</param>
sealed record BatchItem(string Name, string Output)
{
    /// <summary>What an image's result is called: by its own name alone, for what else the folder holds may change.</summary>
    internal static string ResultOf(string name, string extension) =>
        name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? name : name + extension;
}
