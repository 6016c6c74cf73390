namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>An upscaled image, encoded.</summary>
/// <param name="Content">The file.</param>
/// <param name="ContentType">Its media type, such as <c>image/png</c>.</param>
/// <param name="Notes">What was lost or changed on the way, such as converted colors.</param>
public sealed record UpscaledFile(byte[] Content, string ContentType, IReadOnlyList<string> Notes);
