using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dream.ML.IO;

namespace Dream.ML.Batch;

/// <summary>
/// Remembers what is finished in an output folder: one file of JSON lines per shard, only ever appended to. A line
/// follows the result that it tells of, and counts while the result's bytes are those it tells of: so a process may be
/// killed at any moment, and results may be changed or removed.
/// </summary>
sealed partial class Manifest : IDisposable
{
    const string Prefix = ".dream-";
    const string Extension = ".jsonl";
    const int Attempts = 20;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    readonly string _folder;
    readonly string _owner;
    readonly FileStream _file;
    readonly HashSet<Entry> _finished = [];

    /// <summary>
    /// Opens the manifest of a shard, reads those of the others, and clears away what killed runs left.
    /// </summary>
    /// <exception cref="IOException">Another process works on the same shard.</exception>
    internal Manifest(string folder, BatchShard shard)
    {
        Directory.CreateDirectory(folder);
        (_folder, _owner) = (folder, $"{shard.Index}-of-{shard.Count}");
        _file = Open(Path.Combine(folder, $"{Prefix}{_owner}{Extension}"));
        try
        {
            using (var reader = new StreamReader(_file, leaveOpen: true))
                Remember(reader.ReadToEnd());
            TrimTornLine();
            AtomicFile.CleanUp(folder, _owner);
            foreach (var manifest in Directory.EnumerateFiles(folder, $"{Prefix}*{Extension}", AlsoHidden))
                if (manifest != _file.Name)
                    ReadOther(manifest);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    static EnumerationOptions AlsoHidden => new() { AttributesToSkip = 0 };

    /// <summary>Tells the names of results apart as the folder's file system does.</summary>
    internal StringComparer NameComparer =>
        FileIdentity.Of(_file.Name) == FileIdentity.Of(PathOf(Path.GetFileName(_file.Name).ToUpperInvariant()))
            ? StringComparer.OrdinalIgnoreCase
            : StringComparer.Ordinal;

    internal string PathOf(string output) => Path.Combine(_folder, output);

    /// <summary>Whether a result is there that was made with this key and is unchanged.</summary>
    internal bool IsFinished(string output, string key)
    {
        var path = PathOf(output);
        if (!File.Exists(path))
            return false;
        using var stream = RegularFile.OpenRead(path);
        return _finished.Contains(new(output, key, Convert.ToHexString(SHA256.HashData(stream))));
    }

    /// <summary>Writes a result, and then that it is finished.</summary>
    internal void Write(string output, string key, byte[] bytes)
    {
        var path = PathOf(output);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, _owner, stream => stream.Write(bytes));
        var entry = new Entry(output, key, Convert.ToHexString(SHA256.HashData(bytes)));
        if (_finished.Add(entry))
        {
            _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, ManifestJson.Default.Entry), (byte)'\n']);
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();

    static FileStream Open(string path)
    {
        RegularFile.ThrowIfOther(path);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            // Another shard that starts reads this one for a moment.
            catch (IOException) when (attempt < Attempts && File.Exists(path))
            {
                Thread.Sleep(Pause);
            }
            catch (IOException e)
            {
                throw new IOException(
                    $"'{path}' cannot be opened; does another process work on this folder and shard? {e.Message}", e);
            }
        }
    }

    void ReadOther(string path)
    {
        try
        {
            // That of a running process cannot be opened: it is left alone, with its temporary files.
            using var file = RegularFile.OpenRead(path, FileShare.None);
            using var reader = new StreamReader(file);
            Remember(reader.ReadToEnd());
            AtomicFile.CleanUp(_folder, Path.GetFileNameWithoutExtension(path)[Prefix.Length..]);
        }
        catch (IOException)
        {
        }
    }

    void Remember(string lines)
    {
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (JsonSerializer.Deserialize(line, ManifestJson.Default.Entry) is { } entry)
                    _finished.Add(entry);
            }
            // The last line of a killed process; its image is done again.
            catch (JsonException)
            {
            }
        }
    }

    void TrimTornLine()
    {
        _file.Position = 0;
        var content = new byte[_file.Length];
        _file.ReadExactly(content);
        _file.SetLength(content.AsSpan().LastIndexOf((byte)'\n') + 1);
        _file.Position = _file.Length;
    }

    sealed record Entry(string Output, string Key, string Sha256);

    [JsonSerializable(typeof(Entry))]
    sealed partial class ManifestJson : JsonSerializerContext;
}
