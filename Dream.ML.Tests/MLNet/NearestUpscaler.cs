using System.Numerics;
using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Tests.Networks;

namespace Dream.ML.Tests.MLNet;

/// <summary>Doubles every pixel and counts how often it is called: all that the ML.NET face needs of a model.</summary>
sealed class NearestUpscaler : IImageUpscaler
{
    internal static readonly ModelDescription Twice =
        new() { Scale = 2, Network = Tiny.Compact, Sampling = Tiny.Sampling(steps: 3) };

    int _calls;

    internal int Calls => _calls;

    internal Exception? Failure { get; set; }

    public ModelDescription Description => Twice;

    public RgbImage<T> Upscale<T>(RgbImage<T> image, IProgress<double>? progress, CancellationToken cancellation)
        where T : unmanaged, IBinaryInteger<T>
    {
        cancellation.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _calls);
        return Failure is null ? Double(image) : throw Failure;
    }

    public TilingPlan? Plan(int width, int height) => null;

    public IImageUpscaler With(SamplingSettings sampling) => throw new NotSupportedException();

    public void Save(Stream stream, IReadOnlyDictionary<string, string> metadata, bool halfPrecision = false) => stream.WriteByte(0);

    public void SaveAsOnnx(Stream stream, OnnxExportOptions options) => throw new NotSupportedException();

    public void Dispose() { }

    static RgbImage<T> Double<T>(RgbImage<T> image) where T : unmanaged, IBinaryInteger<T>
    {
        var (width, height) = (2 * image.Width, 2 * image.Height);
        var rgb = new T[3 * width * height];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (x, y, channel) = (i / 3 % width, i / 3 / width, i % 3);
            rgb[i] = image.Rgb[(y / 2 * image.Width + x / 2) * 3 + channel];
        }
        return new(width, height, rgb);
    }
}
