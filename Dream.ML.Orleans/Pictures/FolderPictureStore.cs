using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Dream.ML.IO;

namespace Dream.ML.Orleans;

/// <summary>A folder, local or shared between machines.</summary>
/// <remarks>
/// A result is written under a temporary name in the hidden folder <c>.dream-tmp</c>, flushed to disk, and given its name by a hard link,
/// which fails where the name is taken; on Windows by a rename that does. File systems of Linux without hard links are refused.
/// </remarks>
public sealed partial class FolderPictureStore : IPictureStore
{
    const string TemporaryFolder = ".dream-tmp";

    readonly string _root;

    /// <summary>Names a folder.</summary>
    /// <param name="path">The folder; as a place for results it is created where missing.</param>
    public FolderPictureStore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string name, CancellationToken cancellation) =>
        Task.FromResult<Stream>(RegularFile.OpenRead(PathOf(name)));

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string name, CancellationToken cancellation) => Task.FromResult(File.Exists(PathOf(name)));

    /// <inheritdoc/>
    public async Task<bool> TryAddAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var path = PathOf(name);
        if (File.Exists(path))
            return CleanUp();
        Directory.CreateDirectory(Path.Combine(_root, TemporaryFolder));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = Path.Combine(_root, TemporaryFolder, $"{Prefix(name)}{Guid.NewGuid():N}");
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await stream.WriteAsync(content, cancellation);
                // The name must not reach the disk before the content does.
                stream.Flush(flushToDisk: true);
            }
            return TryName(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
            if (File.Exists(path))
                CleanUp();
        }

        // What killed workers left of this result; it takes the file from under one that was thought dead, whose result is here anyway.
        bool CleanUp()
        {
            if (Directory.Exists(Path.Combine(_root, TemporaryFolder)))
                foreach (var left in Directory.EnumerateFiles(Path.Combine(_root, TemporaryFolder), $"{Prefix(name)}*"))
                    try
                    {
                        File.Delete(left);
                    }
                    // Windows does not delete what is being written.
                    catch (IOException)
                    {
                    }
            return false;
        }
    }

    static string Prefix(string name) => $"{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}-";

    static bool TryName(string temporary, string path)
    {
        const int Exists = 17;
        if (OperatingSystem.IsWindows())
        {
            try
            {
                File.Move(temporary, path);
                return true;
            }
            catch (IOException) when (File.Exists(path))
            {
                return false;
            }
        }
        return Link(temporary, path) == 0 || (Marshal.GetLastPInvokeError() == Exists || File.Exists(path)
            ? false
            : throw new IOException(
                $"'{path}' cannot be written: {Marshal.GetLastPInvokeErrorMessage()}. The file system must allow hard links."));
    }

    string PathOf(string name)
    {
        var path = Path.GetFullPath(Path.Combine(_root, name));
        return path.StartsWith($"{_root}{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? path
            : throw new IOException($"'{name}' is not below '{_root}'.");
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);
}
