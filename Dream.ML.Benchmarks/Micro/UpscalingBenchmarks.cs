using BenchmarkDotNet.Attributes;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Core;
using Dream.ML.Inference;
using Dream.ML.Networks.Engines;
using Dream.ML.Torch;

namespace Dream.ML.Benchmarks.Micro;

/// <summary>Compact, 128×128 → 512×512 pixels: the whole, and the two networks it consists of in both engines.</summary>
public class UpscalingBenchmarks
{
    const int Side = 128;
    const int Scale = 4;

    readonly RgbImage _image = RandomImage.Create(Side, Side);
    readonly SuperResolutionModel _model = RandomModel.Create(new() { OutputColumnName = "Upscaled" });
    readonly FeatureMap _low = new(3, Side, Side);
    readonly FeatureMap _noisy = new(3 * Scale * Scale, Side, Side);
    INetworkEngine _engine = null!;
    FeatureMap _condition = null!;

    /// <summary>Whether libtorch computes, instead of ONNX Runtime.</summary>
    [Params(false, true)]
    public bool Torch { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var settings = new CompactSettings();
        var network = settings.Create(Scale);
        _engine = Torch ? new TorchEngine(network, owns: true) : new OnnxEngine(settings, Scale, ModuleWeights.Collect(network));
        _low.Values.Clear();
        _noisy.Values.Clear();
        _condition = _engine.Encode(_low, CancellationToken.None);
    }

    [Benchmark]
    public object Upscale() => _model.Upscale(_image, null, CancellationToken.None);

    [Benchmark]
    public void Encode() => _engine.Encode(_low, CancellationToken.None).Dispose();

    [Benchmark]
    public void Denoise() =>
        _engine.Denoise(_noisy, 0.5, _condition.Slice(_engine.Traits.Features.First, _engine.Traits.Features.Count), CancellationToken.None).Dispose();

    [GlobalCleanup]
    public void Dispose()
    {
        _model.Dispose();
        _engine.Dispose();
    }
}
