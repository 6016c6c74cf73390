using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Dream.ML.Benchmarks.Micro;

/// <summary>Times the parts of the library with BenchmarkDotNet.</summary>
static class MicroCommand
{
    internal static Command Create()
    {
        var filter = new Option<string[]>("--filter")
        {
            Description = "Which benchmarks to run, as patterns such as *Sampler*.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["*"],
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the results.",
            DefaultValueFactory = _ => "out/micro",
        };
        var command = new Command("micro", "Times the parts of the library.") { filter, output };
        command.SetAction(result =>
        {
            // In this process: a generated project would have to bring its own libtorch.
            var config = DefaultConfig.Instance
                .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                .AddDiagnoser(MemoryDiagnoser.Default)
                .WithArtifactsPath(Path.GetFullPath(result.GetRequiredValue(output)));
            var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly)
                .Run(["--filter", .. result.GetRequiredValue(filter)], config)
                .ToArray();
            return summaries.Length > 0 && summaries.All(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
        });
        return command;
    }
}
