using Microsoft.Extensions.Options;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Lets a few calls work, a limited number of limited bytes wait, and none else in.</summary>
sealed class UpscaleQueue(IOptions<DreamSuperResolutionServiceOptions> options)
{
    readonly int _places = options.Value.MaxConcurrentUpscales;
    // Not disposed: calls that wait when the container goes would then wait for ever.
    readonly SemaphoreSlim _working = new(options.Value.MaxConcurrentUpscales);
    readonly long _maxBytes = options.Value.MaxQueueBytes;
    int _calls;
    long _bytes;

    internal int MaxLength { get; } = options.Value.MaxQueueLength;

    internal int Length => Math.Max(0, Volatile.Read(ref _calls) - _places);

    /// <summary>Counts a call until the result is disposed.</summary>
    /// <exception cref="UpscaleQueueFullException">The queue is full.</exception>
    internal Call Enter()
    {
        if (Interlocked.Increment(ref _calls) - (long)_places <= MaxLength)
            return new Call(this);
        Interlocked.Decrement(ref _calls);
        throw new UpscaleQueueFullException(
            MaxLength == 1 ? "1 image waits" : $"{MaxLength} images wait", nameof(DreamSuperResolutionServiceOptions.MaxQueueLength));
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

    internal sealed class Call(UpscaleQueue queue) : IDisposable
    {
        long _bytes;

        /// <summary>Counts bytes that the call holds from now on.</summary>
        /// <exception cref="UpscaleQueueFullException">All calls together hold too many.</exception>
        internal void Hold(int bytes)
        {
            _bytes += bytes;
            if (Interlocked.Add(ref queue._bytes, bytes) > queue._maxBytes)
                throw new UpscaleQueueFullException(
                    $"{queue._maxBytes:N0} bytes of images wait", nameof(DreamSuperResolutionServiceOptions.MaxQueueBytes));
        }

        public void Dispose()
        {
            Interlocked.Add(ref queue._bytes, -_bytes);
            Interlocked.Decrement(ref queue._calls);
        }
    }
}
