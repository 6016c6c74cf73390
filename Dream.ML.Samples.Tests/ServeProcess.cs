using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Dream.ML.Tests;

/// <summary>The command <c>serve</c> in a process of its own.</summary>
sealed partial class ServeProcess : IDisposable
{
    readonly ConcurrentQueue<string> _log = [];
    readonly Process _process;

    internal ServeProcess(params string[] arguments)
    {
        // The samples are built beside the tests.
        _process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory.Replace("Dream.ML.Samples.Tests", "Dream.ML.Samples"), "dream.dll"),
            "serve", "--port", "0", .. arguments,
        ])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        SpinWait.SpinUntil(() => _process.HasExited || Match().Success, TimeSpan.FromSeconds(60));
        Address = Match() is { Success: true } match ? new(match.Groups[1].Value) : throw new InvalidOperationException(string.Join('\n', _log));
    }

    internal Uri Address { get; }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    Match Match() => _log.Select(line => Open().Match(line)).FirstOrDefault(match => match.Success) ?? System.Text.RegularExpressions.Match.Empty;

    [GeneratedRegex(@"^Open (http://\S+) in a browser")]
    private static partial Regex Open();
}
