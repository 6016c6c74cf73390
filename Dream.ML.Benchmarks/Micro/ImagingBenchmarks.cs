using BenchmarkDotNet.Attributes;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference.Sampling;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Benchmarks.Micro;

/// <summary>What an image costs before and after the network, at 128×128 → 512×512 pixels.</summary>
public class ImagingBenchmarks
{
    const int Side = 128;
    const int Scale = 4;

    readonly RgbImage _low = RandomImage.Create(Side, Side);
    readonly RgbImage _high = RandomImage.Create(Side * Scale, Side * Scale);
    readonly Tensor _pixels = rand(1, 3, Side, Side);

    [Benchmark]
    public object BicubicReduction() => BicubicResampler.Resize(_high, Side, Side);

    [Benchmark]
    public object BicubicEnlargement() => BicubicResampler.Resize(_low, Side * Scale, Side * Scale);

    [Benchmark]
    public void BicubicTensor()
    {
        using var upsampled = BicubicUpsampling.Unshuffled(_pixels, Scale);
    }

    [Benchmark]
    public void Noise()
    {
        using var noise = new FeatureMap(3 * Scale * Scale, Side, Side);
        new NoiseField(1, _low).Cut(0, Side, Side, 0, 0, noise);
    }

    [GlobalCleanup]
    public void Dispose() => _pixels.Dispose();
}
