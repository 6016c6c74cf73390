namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>An image cannot be upscaled. The message names the cause and a cure, and may be shown to the caller.</summary>
public sealed class UpscaleException : Exception
{
    internal UpscaleException(UpscaleFailure reason, string message, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>Why.</summary>
    public UpscaleFailure Reason { get; }

    /// <summary>The status code of HTTP that fits the reason: 400, 413, 415, 422 or 503.</summary>
    public int StatusCode => Reason switch
    {
        UpscaleFailure.EmptyInput or UpscaleFailure.InvalidSettings => 400,
        UpscaleFailure.TooLarge => 413,
        UpscaleFailure.UnsupportedFormat => 415,
        UpscaleFailure.DamagedImage => 422,
        _ => 503,
    };

    internal static UpscaleException From(ImageFileException e) => new(e.Reason switch
    {
        ImageFileFailure.Empty => UpscaleFailure.EmptyInput,
        ImageFileFailure.TooLarge => UpscaleFailure.TooLarge,
        ImageFileFailure.Unsupported => UpscaleFailure.UnsupportedFormat,
        _ => UpscaleFailure.DamagedImage,
    }, e.Message, e);
}
