using BenchmarkDotNet.Attributes;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Networks;
using static TorchSharp.torch;

namespace Dream.ML.Benchmarks.Micro;

/// <summary>Compact, 128×128 → 512×512 pixels: the whole, and the two networks it consists of.</summary>
public class UpscalingBenchmarks
{
    const int Side = 128;
    const int Scale = 4;

    readonly RgbImage _image = RandomImage.Create(Side, Side);
    readonly SuperResolutionModel _model = RandomModel.Create(new() { OutputColumnName = "Upscaled" });
    readonly SuperResolutionNetwork _network = new CompactSettings().Create(Scale);
    readonly Tensor _low = rand(1, 3, Side, Side);
    readonly Tensor _noisy = randn(1, 3 * Scale * Scale, Side, Side);
    readonly Tensor _level = full(1, 0.5);
    readonly Condition _condition;

    public UpscalingBenchmarks()
    {
        using var constants = no_grad();
        _condition = _network.Encode(_low);
    }

    [Benchmark]
    public object Upscale() => _model.Upscale([_image], () => { });

    [Benchmark]
    public void Encode()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        _network.Encode(_low);
    }

    [Benchmark]
    public void Denoise()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        _network.Denoise(_noisy, _level, _condition);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _model.Dispose();
        _network.Dispose();
    }
}
