using Dream.ML.Imaging;

namespace Dream.ML.Inference;

/// <summary>What the ML.NET face asks of a model, and all it knows of one. Safe to share between threads.</summary>
interface IImageUpscaler : IDisposable
{
    int Scale { get; }

    /// <summary>One result per image, in order. The result for an image does not depend on the others.</summary>
    RgbImage[] Upscale(IReadOnlyList<RgbImage> images, CancellationToken cancellation = default);

    /// <summary>Writes the model and <paramref name="metadata"/>; leaves the stream open.</summary>
    void Save(Stream stream, IReadOnlyDictionary<string, string> metadata);
}
