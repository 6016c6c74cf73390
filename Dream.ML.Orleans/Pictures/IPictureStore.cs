namespace Dream.ML.Orleans;

/// <summary>A place of pictures, or for results: a folder, a bucket. Used by several workers of many machines at a time.</summary>
public interface IPictureStore
{
    /// <summary>Opens a picture to read.</summary>
    /// <param name="name">Its name, with slashes, or a URI: as it was listed.</param>
    /// <param name="cancellation">Stops the opening.</param>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    Task<Stream> OpenReadAsync(string name, CancellationToken cancellation);

    /// <summary>Whether a result is there.</summary>
    /// <param name="name">Its name, with slashes.</param>
    /// <param name="cancellation">Stops the question.</param>
    Task<bool> ExistsAsync(string name, CancellationToken cancellation);

    /// <summary>
    /// Adds a result, unless one is there: whole or not at all, wherever the process is killed. Of several calls at a time one alone
    /// may add it.
    /// </summary>
    /// <param name="name">Its name, with slashes.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="cancellation">Stops the writing.</param>
    /// <returns>Whether it was added; <c>false</c> where one is there, which stays as it is.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    Task<bool> TryAddAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation);
}
