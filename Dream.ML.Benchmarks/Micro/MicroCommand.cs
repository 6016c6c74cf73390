using System.CommandLine;

namespace Dream.ML.Benchmarks.Micro;

/// <summary>Times the parts of the library with BenchmarkDotNet.</summary>
static class MicroCommand
{
    internal static Command Create()
    {
        var command = new Command("micro", "Times the parts of the library.");
        command.SetAction(_ => 0);
        return command;
    }
}
