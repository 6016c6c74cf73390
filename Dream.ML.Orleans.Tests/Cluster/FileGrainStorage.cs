using Orleans.Serialization;
using Orleans.Storage;

namespace Dream.ML.Orleans.Tests.Cluster;

/// <summary>Grain states as files, for all silos of a process. Can be taken away for a while.</summary>
sealed class FileGrainStorage(string folder, Serializer serializer) : IGrainStorage
{
    static readonly Lock Turn = new();

    /// <summary>Whether every call fails.</summary>
    internal static volatile bool IsGone;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfGone();
        lock (Turn)
        {
            var path = PathOf(stateName, grainId);
            grainState.RecordExists = File.Exists(path);
            if (grainState.RecordExists)
                (grainState.State, grainState.ETag) = (serializer.Deserialize<T>(File.ReadAllBytes(path)), ETag(path));
        }
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfGone();
        lock (Turn)
        {
            var path = PathOf(stateName, grainId);
            ThrowIfOther(path, grainState);
            File.WriteAllBytes($"{path}.new", serializer.SerializeToArray(grainState.State));
            File.Move($"{path}.new", path, overwrite: true);
            File.WriteAllText($"{path}.etag", Guid.NewGuid().ToString());
            (grainState.RecordExists, grainState.ETag) = (true, ETag(path));
        }
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfGone();
        lock (Turn)
        {
            var path = PathOf(stateName, grainId);
            ThrowIfOther(path, grainState);
            File.Delete(path);
            (grainState.RecordExists, grainState.ETag) = (false, null);
        }
        return Task.CompletedTask;
    }

    static void ThrowIfGone()
    {
        if (IsGone)
            throw new IOException("The storage is gone.");
    }

    static void ThrowIfOther<T>(string path, IGrainState<T> state)
    {
        if (File.Exists(path) && state.ETag != ETag(path))
            throw new InconsistentStateException("Another activation has written.");
    }

    static string ETag(string path) => File.ReadAllText($"{path}.etag");

    string PathOf(string stateName, GrainId grainId)
    {
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, Uri.EscapeDataString($"{stateName}-{grainId}"));
    }
}
