using System.Numerics;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;
using Dream.ML.Inference;

namespace Dream.ML.Benchmarks.Micro;

/// <summary>Answers with an image made beforehand, so that only what is around the network takes time.</summary>
sealed class StubUpscaler(int width, int height) : IImageUpscaler
{
    readonly RgbImage _result = RandomImage.Create(2 * width, 2 * height);

    public ModelDescription Description { get; } = new()
    {
        Scale = 2,
        Network = new CompactSettings(),
        Sampling = new() { Steps = 0, Seed = 1, ColorFidelity = false },
    };

    public RgbImage<T> Upscale<T>(RgbImage<T> image, IProgress<double>? progress, CancellationToken cancellation)
        where T : unmanaged, IBinaryInteger<T> => (RgbImage<T>)(object)_result;

    public TilingPlan? Plan(int width, int height) => null;

    public IImageUpscaler With(SamplingSettings sampling) => throw new NotSupportedException();

    public void Save(Stream stream, IReadOnlyDictionary<string, string> metadata, bool halfPrecision = false) => throw new NotSupportedException();

    public void SaveAsOnnx(Stream stream, OnnxExportOptions options) => throw new NotSupportedException();

    public void Dispose() { }
}
