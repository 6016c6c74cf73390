using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Dream.ML.Benchmarks.Micro;

/// <summary>A sampling step beside the network, on Compact's signal of a 128×128 image.</summary>
public class SamplerBenchmarks
{
    static readonly double[] Levels = [.. Enumerable.Range(1, Steps).Select(step => step / (Steps + 1.0))];

    const int Steps = 8;

    readonly Tensor _signal = randn(1, 48, 128, 128);

    [Params(SamplerKind.Ancestral, SamplerKind.Ddim, SamplerKind.DpmSolverPlusPlus)]
    public SamplerKind Sampler { get; set; }

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Step()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        Samplers.Run(Sampler, (_, _) => _signal.alias(), Levels, _ => _signal.alias());
    }

    [GlobalCleanup]
    public void Dispose() => _signal.Dispose();
}
