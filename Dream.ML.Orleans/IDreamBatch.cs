namespace Dream.ML.Orleans;

/// <summary>Batches of images for a cluster, from any process that is a client of it or part of it.</summary>
public interface IDreamBatch
{
    /// <summary>
    /// Submits all images of a folder, sub-folders included, as <see cref="BatchUpscaler"/> finds them. This process must reach the
    /// folder, too.
    /// </summary>
    /// <param name="job">What to do; its <see cref="DreamBatchJob.Input"/> is the folder.</param>
    /// <param name="cancellation">Stops the submission, to be resumed by another of the same job; what is listed by then is worked on.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">It holds no images.</exception>
    /// <exception cref="IOException">A folder below it cannot be read; nothing was submitted.</exception>
    /// <exception cref="ArgumentException">
    /// Two images would have the same result, or the output folder is the input folder; nothing was submitted.
    /// </exception>
    /// <exception cref="InvalidOperationException">There is another job with that <see cref="DreamBatchJob.Id"/>.</exception>
    Task SubmitAsync(DreamBatchJob job, CancellationToken cancellation = default);

    /// <summary>Submits listed images. Workers begin while the listing goes on.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="pictures">
    /// Names below <see cref="DreamBatchJob.Input"/>, with slashes, or whole URIs where the store of the application opens such. The
    /// result of a URI is named by its host and path.
    /// </param>
    /// <param name="cancellation">Stops the submission, to be resumed by another of the same job; what is listed by then is worked on.</param>
    /// <exception cref="ArgumentException">A name leads out of the input; what was listed before it is worked on.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is another job with that <see cref="DreamBatchJob.Id"/>, or its listing differs.
    /// </exception>
    Task SubmitAsync(DreamBatchJob job, IAsyncEnumerable<string> pictures, CancellationToken cancellation = default);

    /// <summary>The jobs that have not ended, oldest first: the order in which they are worked on.</summary>
    Task<IReadOnlyList<string>> ListAsync();

    /// <summary>How a job stands. Asks all its unfinished shards: once a second is often enough.</summary>
    /// <param name="job">The job's <see cref="DreamBatchJob.Id"/>.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <exception cref="KeyNotFoundException">There is no such job.</exception>
    Task<DreamBatchStatus> GetStatusAsync(string job, CancellationToken cancellation = default);

    /// <summary>
    /// How a job stands, again and again, and last when it has ended. Waits up to a minute where the cluster does not answer.
    /// </summary>
    /// <param name="job">The job's <see cref="DreamBatchJob.Id"/>.</param>
    /// <param name="interval">The time from one status to the next.</param>
    /// <param name="cancellation">Stops the watching.</param>
    /// <exception cref="KeyNotFoundException">There is no such job.</exception>
    IAsyncEnumerable<DreamBatchStatus> WatchAsync(string job, TimeSpan interval, CancellationToken cancellation = default);

    /// <summary>The images that have failed three times, and why the last time.</summary>
    /// <param name="job">The job's <see cref="DreamBatchJob.Id"/>.</param>
    /// <param name="cancellation">Stops the listing.</param>
    /// <exception cref="KeyNotFoundException">There is no such job.</exception>
    IAsyncEnumerable<BatchFailure> GetFailuresAsync(string job, CancellationToken cancellation = default);

    /// <summary>Lets workers finish what they have, and take no more.</summary>
    /// <param name="job">The job's <see cref="DreamBatchJob.Id"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such job.</exception>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    Task PauseAsync(string job);

    /// <summary>Lets workers take images of a paused job again.</summary>
    /// <param name="job">The job's <see cref="DreamBatchJob.Id"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such job.</exception>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    Task ResumeAsync(string job);

    /// <summary>Ends a job; workers drop what they have between images within two seconds, inside one at the next row of tiles within five. Results stay.</summary>
    /// <param name="job">The job's <see cref="DreamBatchJob.Id"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such job.</exception>
    Task CancelAsync(string job);

    /// <summary>Lets images that have failed three times be tried three times more.</summary>
    /// <param name="job">The job's <see cref="DreamBatchJob.Id"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such job.</exception>
    /// <exception cref="InvalidOperationException">It was canceled.</exception>
    Task RetryAsync(string job);

    /// <summary>Forgets a job that has ended. Results stay.</summary>
    /// <param name="job">The job's <see cref="DreamBatchJob.Id"/>.</param>
    /// <param name="cancellation">Stops the deletion, to be resumed by another.</param>
    /// <exception cref="KeyNotFoundException">There is no such job.</exception>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    Task DeleteAsync(string job, CancellationToken cancellation = default);
}
