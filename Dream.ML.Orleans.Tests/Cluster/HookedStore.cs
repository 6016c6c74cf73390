using System.Collections.Concurrent;

namespace Dream.ML.Orleans.Tests.Cluster;

/// <summary>A folder that remembers what was added, and fails where a test wants it.</summary>
sealed class HookedStore(string folder, Func<string, Exception?> fail, ConcurrentQueue<string> added) : IPictureStore
{
    readonly FolderPictureStore _store = new(folder);

    public Task<Stream> OpenReadAsync(string name, CancellationToken cancellation) => _store.OpenReadAsync(name, cancellation);

    public Task<bool> ExistsAsync(string name, CancellationToken cancellation) => _store.ExistsAsync(name, cancellation);

    public Task<bool> TryAddAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        if (fail(name) is { } failure)
            throw failure;
        added.Enqueue(name);
        return _store.TryAddAsync(name, content, cancellation);
    }
}
