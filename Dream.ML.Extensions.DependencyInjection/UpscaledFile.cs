namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>An upscaled, encoded image.</summary>
public sealed record UpscaledFile
{
    /// <summary>The file's bytes.</summary>
    public required byte[] Content { get; init; }

    /// <summary>Its media type, such as <c>image/png</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>What was lost or changed on the way; empty where nothing was.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
