using BenchmarkDotNet.Attributes;
using Dream.ML.Benchmarks.Workload;

namespace Dream.ML.Benchmarks.Micro;

/// <summary>One training step after pretraining, DREAM and optimizer included.</summary>
public class TrainingBenchmarks
{
    readonly TrainingRun _compact = new(new() { OutputColumnName = "Upscaled", Training = new() { PretrainingSteps = 0 } });
    readonly TrainingRun _sr3 = new(SmallSr3.Options);

    [Benchmark]
    public void Compact() => _compact.Step();

    [Benchmark]
    public void SmallSr3Network() => _sr3.Step();

    [GlobalCleanup]
    public void Dispose()
    {
        _compact.Dispose();
        _sr3.Dispose();
    }
}
