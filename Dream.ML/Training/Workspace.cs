using System.Text.Json.Nodes;
using Dream.ML.IO;

namespace Dream.ML.Training;

/// <summary>The folder in which a run keeps its checkpoint. One run at a time; another process is refused.</summary>
sealed class Workspace : IDisposable
{
    internal const string CheckpointName = "checkpoint.safetensors";

    /// <summary>The checkpoint from before the learning rate fell, from which a longer run resumes.</summary>
    internal const string PlateauName = "plateau.safetensors";

    const string LockName = ".in-use";
    const string FileOwner = "checkpoint";
    const string StepsName = $"{nameof(RunDescription.Training)}.{nameof(TrainingSettings.Steps)}";
    const string PrecisionName = $"{nameof(RunDescription.Training)}.{nameof(TrainingSettings.Precision)}";

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

    /// <summary>The checkpoint to resume from, or <c>null</c> where there is none.</summary>
    /// <exception cref="InvalidDataException">There is one, but it cannot be read.</exception>
    internal Checkpoint? TryRead(string name = CheckpointName)
    {
        var path = Path.Combine(Folder, name);
        return !File.Exists(path) ? null : Reading(() =>
        {
            using var stream = File.OpenRead(path);
            return Checkpoint.Read(stream);
        }, name);
    }

    /// <summary>Names the checkpoint's file where something does not fit that was read from it.</summary>
    /// <exception cref="InvalidDataException">Thrown by <paramref name="use"/>; the message says what to do.</exception>
    internal T Reading<T>(Func<T> use, string name = CheckpointName)
    {
        try
        {
            return use();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"The checkpoint '{Path.Combine(Folder, name)}' cannot be read: {e.Message} Delete the file to train from the start, or name another WorkspacePath.", e);
        }
    }

    /// <summary>Replaces the checkpoint: a reader, or a run after a crash at any moment, finds the old one or the new one.</summary>
    internal void Write(Checkpoint checkpoint, string name = CheckpointName) => Write(name, checkpoint.Write);

    /// <summary>Replaces the model that was best on a set of validation photos.</summary>
    internal void WriteBest(string set, Action<Stream> write) => Write($"best-{set}.safetensors", write);

    /// <summary>Refuses to resume with other settings than the run began with.</summary>
    /// <param name="before">The run's description.</param>
    /// <param name="now">What the options describe.</param>
    /// <param name="stepsMayDiffer">Whether nothing that was done depends on the number of updates to come.</param>
    /// <exception cref="InvalidOperationException">The message names every setting that differs, before and now.</exception>
    internal void RequireSame(string before, string now, bool stepsMayDiffer)
    {
        var (old, current) = (Flatten(before), Flatten(now));
        // What an older version did not write cannot be compared. Weights are 32 bits wide whatever the precision, so that a run
        // may move to a machine that is slow with the one it began with.
        var differences = old.Keys.Where(name => name != PrecisionName).Order(StringComparer.Ordinal)
            .Where(name => old[name] != current.GetValueOrDefault(name) && !(name == StepsName && stepsMayDiffer))
            .Select(name => $"{name} was {old[name]} and is now {current.GetValueOrDefault(name) ?? "not set"}")
            .ToList();
        if (differences.Count > 0)
            throw new InvalidOperationException(
                $"The workspace '{Folder}' holds a run with other options: {string.Join("; ", differences)}. Use the same options to resume it, or another WorkspacePath to start a new one.");
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>The settings of a run described in JSON, one by one, under their full names.</summary>
    internal static Dictionary<string, string> Flatten(string json)
    {
        var values = new Dictionary<string, string>();
        Visit("", JsonNode.Parse(json));
        return values;

        void Visit(string name, JsonNode? node)
        {
            if (node is JsonObject properties)
                foreach (var (key, value) in properties)
                    Visit(name.Length == 0 ? key : $"{name}.{key}", value);
            else
                values.Add(name, node?.ToJsonString() ?? "null");
        }
    }

    void Write(string name, Action<Stream> write) => AtomicFile.Write(Path.Combine(Folder, name), FileOwner, write);
}
