using Microsoft.ML.Data;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Upscales images in a service: first come, first served, on the thread pool. Safe to share between threads.</summary>
public interface IDreamUpscaler
{
    /// <summary>Upscales one image.</summary>
    /// <param name="image">The image; it stays the caller's and must live until the task ends.</param>
    /// <param name="settings">What this call wants of its own; format and quality do not matter here.</param>
    /// <param name="cancellation">Ends the waiting or the work.</param>
    /// <returns>A new image that the caller disposes.</returns>
    /// <exception cref="UpscaleException">It cannot be upscaled; the reason says why.</exception>
    Task<MLImage> UpscaleAsync(MLImage image, UpscaleSettings? settings = null, CancellationToken cancellation = default);

    /// <summary>
    /// Upscales an encoded image (PNG, JPEG, WebP, GIF or BMP), with its EXIF data and color profile: the body of a request,
    /// or what <c>IFormFile.OpenReadStream</c> gives.
    /// </summary>
    /// <param name="input">
    /// The image. It is read to the end before the call takes its place in the queue; the stream is left open.
    /// </param>
    /// <param name="settings">What this call wants of its own.</param>
    /// <param name="cancellation">Ends the reading, the waiting or the work.</param>
    /// <returns>The result.</returns>
    /// <exception cref="UpscaleException">It cannot be upscaled; the reason says why.</exception>
    Task<UpscaledFile> UpscaleAsync(Stream input, UpscaleSettings? settings = null, CancellationToken cancellation = default);

    /// <summary>Upscales an encoded image and reports progress.</summary>
    /// <param name="input">The image.</param>
    /// <param name="progress">Receives the share that is done, in [0, 1], after every row of tiles.</param>
    /// <param name="settings">What this call wants of its own.</param>
    /// <param name="cancellation">Ends the reading, the waiting or the work.</param>
    /// <inheritdoc cref="UpscaleAsync(Stream, UpscaleSettings, CancellationToken)" path="/returns|/exception"/>
    Task<UpscaledFile> UpscaleAsync(
        Stream input, IProgress<double> progress, UpscaleSettings? settings = null, CancellationToken cancellation = default);
}
