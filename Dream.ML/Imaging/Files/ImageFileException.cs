namespace Dream.ML;

/// <summary>An image file cannot be read or written. The message names the file, the cause and a cure.</summary>
public sealed class ImageFileException : IOException
{
    const string CopyAgain = "Copy it again from its source.";

    internal ImageFileException(string file, string cause, string cure, ImageFileFailure reason = ImageFileFailure.Damaged)
        : base($"'{file}': {cause} {cure}") => (FileName, Reason) = (file, reason);

    /// <summary>The file.</summary>
    public string FileName { get; }

    /// <summary>Why, for programs that distinguish cases.</summary>
    public ImageFileFailure Reason { get; }

    internal bool IsTruncation { get; private init; }

    internal static ImageFileException Damaged(string file, string cause) => new(file, cause, CopyAgain);

    internal static ImageFileException Empty(string file) =>
        new(file, "It is empty.", CopyAgain, ImageFileFailure.Empty);

    internal static ImageFileException Truncated(string file) =>
        new(file, "It is truncated: the end is missing.", CopyAgain) { IsTruncation = true };
}
