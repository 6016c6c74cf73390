using System.CommandLine;
using System.Diagnostics;

namespace Dream.ML.Benchmarks.Engines;

/// <summary>Processes that keep cores busy until they are disposed.</summary>
sealed class BusyProcess : IDisposable
{
    const string Name = "busy";

    readonly Process[] _processes;

    internal BusyProcess(int count) => _processes = [.. Enumerable.Range(0, count).Select(_ => EngineProcess.Start(Name))];

    /// <summary>What such a process does.</summary>
    internal static Command Create()
    {
        var command = new Command(Name, "Computes until it is killed.") { Hidden = true };
        command.SetAction(Compute);
        return command;
    }

    static void Compute(ParseResult _)
    {
        while (true)
            Thread.SpinWait(1_000_000);
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }
    }
}
