namespace Dream.ML.IO;

/// <summary>
/// Files with content and an end. Pipes and devices, also through links, are refused unopened: opening one may wait
/// forever, and reading it may never end.
/// </summary>
static class RegularFile
{
    /// <summary>Opens a file to read.</summary>
    /// <exception cref="IOException">It is something else than a file, or cannot be opened.</exception>
    internal static FileStream OpenRead(string path, FileShare share = FileShare.Read)
    {
        ThrowIfOther(path);
        return new(path, FileMode.Open, FileAccess.Read, share);
    }

    /// <summary>Refuses a place for a result where something else than a file is, or one of the inputs.</summary>
    /// <exception cref="IOException">Nothing may be written there.</exception>
    internal static void ThrowIfNotReplaceable(string path, IReadOnlySet<FileIdentity> inputs)
    {
        ThrowIfOther(path);
        if (FileIdentity.Of(path) is { } existing && inputs.Contains(existing))
            throw new IOException($"The result would replace the input '{path}'. Choose another output.");
    }

    /// <summary>Refuses what is there but is no file.</summary>
    /// <exception cref="IOException">It is a folder, a pipe or a device.</exception>
    internal static void ThrowIfOther(string path)
    {
        if (FileIdentity.Of(path) is { IsRegularFile: false })
            throw new IOException($"'{path}' is a folder, a pipe or a device. Name a file.");
    }
}
