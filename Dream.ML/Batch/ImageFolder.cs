using Dream.ML.IO;

namespace Dream.ML.Batch;

/// <summary>The images of a folder, and what guards them from being replaced by results.</summary>
sealed class ImageFolder
{
    static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp"];

    // A folder that may not be read is no empty one.
    static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = false };

    readonly HashSet<FileIdentity> _inputs = [];
    readonly FileIdentity? _output;

    ImageFolder(string path, string? output)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(Root))
            throw new DirectoryNotFoundException($"There is no folder '{Root}'.");
        _output = output is null ? null : FileIdentity.Of(output);
        // Images that are not listed would be replaced unseen.
        if (_output is not null && _output == FileIdentity.Of(Root))
            throw new ArgumentException(
                $"The input folder '{Root}' cannot hold the results; choose another output folder.");
    }

    /// <summary>The folder's full path.</summary>
    internal string Root { get; }

    /// <summary>The images, by their paths below the folder, in order.</summary>
    internal List<string> Images { get; } = [];

    /// <summary>Files of other kinds and linked folders, by their paths below the folder, in order.</summary>
    internal List<string> LeftOut { get; } = [];

    /// <summary>Folders that cannot be read, and what has an image's name but is no file.</summary>
    internal List<BatchFailure> Problems { get; } = [];

    /// <summary>Finds all images in a folder and below it, but for the output folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">It holds no images.</exception>
    /// <exception cref="ArgumentException">The output folder is the folder itself.</exception>
    internal static ImageFolder Search(string path, string? output)
    {
        var folder = new ImageFolder(path, output);
        folder.Visit(folder.Root);
        folder.Images.Sort(StringComparer.Ordinal);
        folder.LeftOut.Sort(StringComparer.Ordinal);
        if (folder.Images.Count + folder.Problems.Count == 0)
            throw new FileNotFoundException(
                $"The folder '{folder.Root}' holds no images ({string.Join(", ", Extensions)})" + folder.LeftOut switch
                {
                    [] => ".",
                    [var only] => $", only '{only}'.",
                    [var first, ..] => $", only {folder.LeftOut.Count} others such as '{first}'.",
                });
        return folder;
    }

    /// <summary>Takes the images of a list, by full path or by path below the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">
    /// The output folder is the folder itself, or an image is outside of it.
    /// </exception>
    internal static ImageFolder Of(string path, IEnumerable<string> files, string output)
    {
        var folder = new ImageFolder(path, output);
        folder.Guard(folder.Root);
        folder.Images.AddRange(files
            .Select(file => folder.NameOf(Path.Combine(folder.Root, file)))
            .Distinct()
            .Order(StringComparer.Ordinal));
        foreach (var name in folder.Images)
        {
            if (Path.IsPathRooted(name) || name.Split(Path.DirectorySeparatorChar)[0] == "..")
                throw new ArgumentException($"The file '{name}' is not in the input folder '{folder.Root}'.");
            var file = Path.Combine(folder.Root, name);
            folder.Guard(file);
            folder.Guard(Path.GetDirectoryName(file)!);
        }
        return folder;
    }

    /// <summary>Refuses a place for a result among the images, or instead of one.</summary>
    /// <exception cref="IOException">The message names the place.</exception>
    internal void ThrowIfAmongImages(string target)
    {
        if (FileIdentity.Of(Path.GetDirectoryName(target)!) is { } parent && _inputs.Contains(parent))
            throw new IOException($"The result '{target}' would lie among the inputs. Choose another output folder.");
        RegularFile.ThrowIfNotReplaceable(target, _inputs);
    }

    void Visit(string path)
    {
        try
        {
            Guard(path);
            foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", Visible))
                Visit(entry);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problems.Add(new() { File = NameOf(path), Reason = $"The folder cannot be read: {e.Message}" });
        }
    }

    void Visit(FileSystemInfo entry)
    {
        var name = NameOf(entry.FullName);
        if (entry is DirectoryInfo)
        {
            // Links may lead in circles; results are no input of the next run.
            if (entry.LinkTarget is not null)
                LeftOut.Add(name);
            else if (_output is null || FileIdentity.Of(entry.FullName) != _output)
                Visit(entry.FullName);
        }
        else if (!Extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
            LeftOut.Add(name);
        else if (Guard(entry.FullName) is { IsRegularFile: false })
            Problems.Add(new() { File = name, Reason = "It is a pipe, a device or a folder, not a file." });
        else
            Images.Add(name);
    }

    FileIdentity? Guard(string path)
    {
        var identity = FileIdentity.Of(path);
        if (identity is { } input)
            _inputs.Add(input);
        return identity;
    }

    string NameOf(string path) => Path.GetRelativePath(Root, path);
}
