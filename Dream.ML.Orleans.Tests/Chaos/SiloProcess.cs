using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Dream.ML.Orleans.Tests.Chaos;

/// <summary>A silo in a process of its own, with one thread for the network.</summary>
sealed partial class SiloProcess : IDisposable
{
    const int Continue = 18, Stop = 19;

    readonly Process _process;
    readonly string _log;
    readonly TaskCompletionSource _ready = new();
    readonly List<string> _output = [];

    internal SiloProcess(int redis, string log, int? siloPort = null, int fits = int.MaxValue, string notice = "2 2 1")
    {
        (_log, SiloPort) = (log, siloPort ?? RedisServer.FreePort());
        var start = new ProcessStartInfo("dotnet",
        [
            typeof(SiloProcess).Assembly.Location, "silo", $"{redis}", $"{SiloPort}", $"{GatewayPort}", log, $"{fits}", notice,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["OMP_NUM_THREADS"] = "1", ["DOTNET_PROCESSOR_COUNT"] = "1" },
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            lock (_output)
                _output.Add(line.Data ?? "");
            if (line.Data == "ready")
                _ready.TrySetResult();
        };
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"The silo does not start:\n{Output}"));
        _process.BeginOutputReadLine();
    }

    internal int SiloPort { get; }

    internal int GatewayPort { get; } = RedisServer.FreePort();

    internal Task Ready => _ready.Task;

    internal string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    /// <summary>The results that it wanted to add so far.</summary>
    internal string[] Added => File.Exists(_log) ? File.ReadAllText(_log).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    internal void Freeze() => Assert.AreEqual(0, Signal(_process.Id, Stop));

    internal void Thaw() => Assert.AreEqual(0, Signal(_process.Id, Continue));

    internal void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
