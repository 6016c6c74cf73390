using System.Text.Json.Nodes;
using Dream.ML.Serialization;

namespace Dream.ML.Training;

/// <summary>The folder in which a run keeps its checkpoint. One run at a time; another process is refused.</summary>
sealed class Workspace : IDisposable
{
    const string CheckpointName = "checkpoint.safetensors";
    const string LockName = ".in-use";
    const string FileOwner = "checkpoint";

    readonly FileStream _lock;

    /// <summary>Creates the folder where there is none, and takes it.</summary>
    /// <exception cref="IOException">The folder cannot be written to, or another run is using it.</exception>
    internal Workspace(string folder)
    {
        Folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(Folder);
            var file = Path.Combine(Folder, LockName);
            var exists = File.Exists(file);
            try
            {
                _lock = new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException e) when (exists)
            {
                throw new IOException($"The workspace '{Folder}' is in use by another training run. Wait for it, or name another WorkspacePath.", e);
            }
            AtomicFile.CleanUp(Folder, FileOwner);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The workspace '{Folder}' cannot be written to: {e.Message} Name another WorkspacePath, or make it writable.", e);
        }
    }

    internal string Folder { get; }

    string CheckpointPath => Path.Combine(Folder, CheckpointName);

    /// <summary>The checkpoint to go on from, or <c>null</c> in a fresh folder.</summary>
    /// <exception cref="InvalidDataException">There is a checkpoint, but it cannot be read.</exception>
    internal Checkpoint? TryRead()
    {
        if (!File.Exists(CheckpointPath))
            return null;
        return Reading(() =>
        {
            using var stream = File.OpenRead(CheckpointPath);
            return Checkpoint.Read(stream);
        });
    }

    /// <summary>Names the checkpoint's file where something does not fit that was read from it.</summary>
    /// <exception cref="InvalidDataException">Thrown by <paramref name="use"/>; the message says what to do.</exception>
    internal T Reading<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"The checkpoint '{CheckpointPath}' cannot be read: {e.Message} Delete the file to train from the start, or name another WorkspacePath.", e);
        }
    }

    /// <summary>Replaces the checkpoint: a reader, or a run after a crash at any moment, finds the old one or the new one.</summary>
    internal void Write(Checkpoint checkpoint) => AtomicFile.Write(CheckpointPath, FileOwner, checkpoint.Write);

    /// <summary>Refuses to go on with other settings than the run began with.</summary>
    /// <exception cref="InvalidOperationException">The message names every setting that differs, before and now.</exception>
    internal void RequireSame(string before, string now)
    {
        var (old, current) = (Flatten(before), Flatten(now));
        var differences = old.Keys.Union(current.Keys).Order(StringComparer.Ordinal)
            .Where(name => old.GetValueOrDefault(name) != current.GetValueOrDefault(name))
            .Select(name => $"{name} was {old.GetValueOrDefault(name) ?? "not set"} and is now {current.GetValueOrDefault(name) ?? "not set"}")
            .ToList();
        if (differences.Count > 0)
            throw new InvalidOperationException(
                $"The workspace '{Folder}' holds a run with other options: {string.Join("; ", differences)}. Use the same options to go on, or another WorkspacePath to begin anew.");
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>The settings of a run described in JSON, one by one.</summary>
    internal static Dictionary<string, string> Flatten(string json)
    {
        var values = new Dictionary<string, string>();
        Visit("", JsonNode.Parse(json));
        return values;

        void Visit(string name, JsonNode? node)
        {
            if (node is JsonObject properties)
                foreach (var (key, value) in properties)
                    Visit(key, value);
            else
                values[name] = node?.ToJsonString() ?? "null";
        }
    }
}
