namespace Dream.ML.Samples.Worker;

/// <summary>
/// The files of a folder that have arrived completely. It polls: file system events get lost on network shares and in containers,
/// and none says that a copy is complete.
/// </summary>
public sealed class Inbox(string path)
{
    Dictionary<string, (long Length, DateTime Written)> _seen = [];

    /// <summary>
    /// The files that are as they were at the previous call, oldest first. Hidden ones are skipped: many programs copy under a
    /// hidden name and rename the file at the end.
    /// </summary>
    public IReadOnlyList<FileInfo> CompleteFiles()
    {
        var files = new DirectoryInfo(path).EnumerateFiles("*", new EnumerationOptions { IgnoreInaccessible = false }).ToList();
        var before = _seen;
        _seen = files.ToDictionary(file => file.Name, State);
        return [.. files.Where(file => before.TryGetValue(file.Name, out var state) && state == State(file)).OrderBy(file => file.LastWriteTimeUtc)];
    }

    static (long, DateTime) State(FileInfo file) => (file.Length, file.LastWriteTimeUtc);
}
