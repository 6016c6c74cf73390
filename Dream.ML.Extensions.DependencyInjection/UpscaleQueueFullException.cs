namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>
/// Too many calls wait already. A web application answers 503 (Service Unavailable); the caller tries again later.
/// </summary>
public sealed class UpscaleQueueFullException : InvalidOperationException
{
    internal UpscaleQueueFullException(string occupied, string option)
        : base($"{occupied} to be upscaled already. Try again later, or raise {option}.")
    {
    }
}
