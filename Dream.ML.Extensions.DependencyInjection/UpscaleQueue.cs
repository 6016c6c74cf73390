using System.Threading.RateLimiting;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>
/// Lets a few calls work, first come, first served, a limited number of limited bytes wait, and none else in. Uploads are
/// bounded on their own: slow ones must not keep others from their turn.
/// </summary>
sealed class UpscaleQueue(DreamSuperResolutionServiceOptions options) : IDisposable
{
    readonly ConcurrencyLimiter _uploads = Limiter(options.MaxUploads, queue: 0);
    readonly ConcurrencyLimiter _turns = Limiter(options.MaxConcurrentUpscales, options.MaxQueueLength);
    readonly ByteLimit _uploadBytes = new(options.MaxUploadBytes);
    readonly ByteLimit _waitingBytes = new(options.MaxQueueBytes);

    internal int MaxLength => options.MaxQueueLength;

    internal int Length => (int)_turns.GetStatistics()!.CurrentQueuedCount;

    /// <summary>Counts an upload until it is disposed.</summary>
    /// <exception cref="UpscaleException">There are too many, or what is uploaded could not wait for its turn.</exception>
    internal Upload StartUpload()
    {
        // Better told now than after the upload; by its end the queue may be full again.
        if (_turns.GetStatistics() is { CurrentAvailablePermits: 0 } turns && turns.CurrentQueuedCount >= MaxLength)
            throw TooManyWait();
        var lease = _uploads.AttemptAcquire();
        return lease.IsAcquired
            ? new Upload(lease, _uploadBytes)
            : throw Full($"{options.MaxUploads} images are being uploaded", nameof(options.MaxUploads));
    }

    /// <summary>Waits for its turn, then works on the thread pool.</summary>
    /// <param name="bytes">What the call holds in memory meanwhile.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="UpscaleException">Too many calls or bytes wait already.</exception>
    internal async Task<T> RunAsync<T>(long bytes, Func<T> work, CancellationToken cancellation)
    {
        if (!_waitingBytes.TryTake(bytes))
            throw Full($"{options.MaxQueueBytes:N0} bytes of images wait to be upscaled", nameof(options.MaxQueueBytes));
        try
        {
            using var turn = await _turns.AcquireAsync(1, cancellation).ConfigureAwait(false);
            return turn.IsAcquired
                ? await Task.Run(work, cancellation).ConfigureAwait(false)
                : throw TooManyWait();
        }
        finally
        {
            _waitingBytes.Return(bytes);
        }
    }

    public void Dispose()
    {
        _uploads.Dispose();
        _turns.Dispose();
    }

    UpscaleException TooManyWait() => Full(
        MaxLength == 1 ? "1 image waits to be upscaled" : $"{MaxLength} images wait to be upscaled", nameof(options.MaxQueueLength));

    static UpscaleException Full(string occupied, string option) =>
        new(UpscaleFailure.QueueFull, $"{occupied} already. Try again later, or raise {option}.");

    static ConcurrencyLimiter Limiter(int places, int queue) => new(new()
    {
        PermitLimit = places,
        QueueLimit = queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    internal sealed class Upload(RateLimitLease lease, ByteLimit limit) : IDisposable
    {
        long _bytes;

        /// <summary>Counts bytes that the upload holds from now on.</summary>
        /// <exception cref="UpscaleException">All uploads together hold too many.</exception>
        internal void Hold(int bytes)
        {
            if (!limit.TryTake(bytes))
                throw Full($"{limit.Most:N0} bytes of images are being uploaded", nameof(DreamSuperResolutionServiceOptions.MaxUploadBytes));
            _bytes += bytes;
        }

        public void Dispose()
        {
            limit.Return(_bytes);
            lease.Dispose();
        }
    }
}
