namespace Dream.ML.IO;

/// <summary>Writes files that are either whole or not there, wherever the process is killed.</summary>
static class AtomicFile
{
    const string Extension = ".dream-tmp";

    /// <summary>Writes a file under a temporary name in the same folder, and then renames it.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="owner">Marks the temporary name.</param>
    /// <param name="write">Writes the content.</param>
    internal static void Write(string path, string owner, Action<Stream> write)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{owner}.{Guid.NewGuid():N}{Extension}");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                // The name must not reach the disk before the content does.
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Deletes what a killed process left of an owner's temporary files, sub-folders included.</summary>
    internal static void CleanUp(string folder, string owner)
    {
        var everywhere = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (var temporary in Directory.EnumerateFiles(folder, $".{owner}.*{Extension}", everywhere))
            File.Delete(temporary);
    }
}
