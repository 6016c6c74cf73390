using Microsoft.Extensions.Options;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Lets a few calls work, a limited number wait, and none else in.</summary>
sealed class UpscaleQueue(IOptions<DreamSuperResolutionServiceOptions> options)
{
    readonly int _places = options.Value.MaxConcurrentUpscales;
    // Not disposed: calls that wait when the container goes would then wait for ever.
    readonly SemaphoreSlim _working = new(options.Value.MaxConcurrentUpscales);
    int _calls;

    internal int MaxLength { get; } = options.Value.MaxQueueLength;

    internal int Length => Math.Max(0, Volatile.Read(ref _calls) - _places);

    /// <summary>Counts a call until the result is disposed.</summary>
    /// <exception cref="UpscaleQueueFullException">The queue is full.</exception>
    internal IDisposable Enter()
    {
        if (Interlocked.Increment(ref _calls) - (long)_places <= MaxLength)
            return new Call(this);
        Interlocked.Decrement(ref _calls);
        throw new UpscaleQueueFullException(MaxLength);
    }

    /// <summary>Waits for its turn, then works on the thread pool.</summary>
    internal async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await _working.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _working.Release();
        }
    }

    sealed class Call(UpscaleQueue queue) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref queue._calls);
    }
}
