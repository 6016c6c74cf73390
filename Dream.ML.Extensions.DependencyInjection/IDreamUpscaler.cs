using Dream.ML.Imaging.Files;
using Microsoft.ML.Data;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Upscales images in a service: in turn, on the thread pool. Safe to share between threads.</summary>
public interface IDreamUpscaler
{
    /// <summary>Upscales one image.</summary>
    /// <param name="image">The image; it stays the caller's and must live until the task ends.</param>
    /// <param name="cancellation">Ends the waiting or the work.</param>
    /// <returns>A new image that the caller disposes.</returns>
    /// <exception cref="UpscaleQueueFullException">Too many calls wait already.</exception>
    Task<MLImage> UpscaleAsync(MLImage image, CancellationToken cancellation = default);

    /// <summary>
    /// Upscales an encoded image (PNG, JPEG, WebP, GIF or BMP) into a PNG, with its EXIF data and colour profile.
    /// </summary>
    /// <param name="input">The image, read to the end; the stream is left open.</param>
    /// <param name="output">Receives the result; untouched unless there is one. The stream is left open.</param>
    /// <param name="cancellation">Ends the waiting or the work.</param>
    /// <exception cref="ImageFileException">The input is no image or larger than the limits.</exception>
    /// <exception cref="UpscaleQueueFullException">Too many calls wait already.</exception>
    Task UpscaleAsync(Stream input, Stream output, CancellationToken cancellation = default);
}
