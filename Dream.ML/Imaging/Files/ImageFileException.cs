namespace Dream.ML.Imaging.Files;

/// <summary>An image file cannot be read or written. The message names the file, the cause and a cure.</summary>
public sealed class ImageFileException : IOException
{
    internal ImageFileException(string file, string cause, string cure)
        : base($"'{file}': {cause} {cure}") => FileName = file;

    /// <summary>The file.</summary>
    public string FileName { get; }

    internal bool IsTruncation { get; init; }
}
