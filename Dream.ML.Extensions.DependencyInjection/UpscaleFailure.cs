namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Why an image cannot be upscaled.</summary>
public enum UpscaleFailure
{
    /// <summary>There is nothing in the input. HTTP: 400.</summary>
    EmptyInput,

    /// <summary>Size, detail, format or quality of the result is none that can be. HTTP: 400.</summary>
    InvalidSettings,

    /// <summary>The input or its result is larger than the service or the machine allows. HTTP: 413.</summary>
    TooLarge,

    /// <summary>The input is no image, or one of a format that is not read. HTTP: 415.</summary>
    UnsupportedFormat,

    /// <summary>The image is damaged or cut off. HTTP: 422.</summary>
    DamagedImage,

    /// <summary>As many calls or bytes wait already as may. HTTP: 503; the caller tries again later.</summary>
    QueueFull,

    /// <summary>The model could not be loaded. HTTP: 503.</summary>
    ModelUnavailable,
}
