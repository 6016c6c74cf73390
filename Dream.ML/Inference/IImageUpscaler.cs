using System.Numerics;
using Dream.ML.Imaging;

namespace Dream.ML.Inference;

/// <summary>What the ML.NET face asks of a model, and all it knows of one. Safe to share between threads.</summary>
interface IImageUpscaler : IDisposable
{
    ModelDescription Description { get; }

    /// <summary>Upscales an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="progress">Told the share that is done, in [0, 1].</param>
    /// <param name="cancellation">Stops the work, also in the middle.</param>
    RgbImage<T> Upscale<T>(RgbImage<T> image, IProgress<double>? progress, CancellationToken cancellation)
        where T : unmanaged, IBinaryInteger<T>;

    /// <summary>How an image of that size is divided; <c>null</c> where that does not depend on the memory.</summary>
    TilingPlan? Plan(int width, int height);

    /// <summary>The same network, used in another way. Either may be disposed first.</summary>
    IImageUpscaler With(SamplingSettings sampling);

    /// <summary>
    /// Writes the model and <paramref name="metadata"/>, in half precision if wanted; leaves the stream open.
    /// </summary>
    void Save(Stream stream, IReadOnlyDictionary<string, string> metadata, bool halfPrecision = false);

    /// <summary>Writes network and sampler as an ONNX graph; leaves the stream open.</summary>
    void SaveAsOnnx(Stream stream, OnnxExportOptions options);
}
