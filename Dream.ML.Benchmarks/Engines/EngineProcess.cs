using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Inference;

namespace Dream.ML.Benchmarks.Engines;

/// <summary>A process that upscales one image with one engine.</summary>
static class EngineProcess
{
    const string Name = "first";

    /// <summary>What such a process does.</summary>
    internal static Command Create()
    {
        var engine = new Argument<string>("engine");
        var side = new Argument<int>("side");
        var command = new Command(Name, "Upscales one image.") { engine, side };
        command.Hidden = true;
        command.SetAction(result =>
        {
            var size = result.GetValue(side);
            using var network = EnginesCommand.Engine(result.GetRequiredValue(engine), new CompactSettings());
            new Upscaler(network, new() { Steps = 1, Seed = 1 }).Upscale(RandomImage.Create(size, size));
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(DateTime.Now - process.StartTime).TotalSeconds:0.00} s to the first result, {process.WorkingSet64 >> 20} MB resident after it"));
        });
        return command;
    }

    internal static string Measure(string engine, int side)
    {
        using var process = Start(Name, engine, $"{side}");
        return process.StandardOutput.ReadToEnd().Trim();
    }

    internal static Process Start(params IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath!, [.. Assembly(), "engines", .. arguments])
    { RedirectStandardOutput = true })!;

    // `dotnet Benchmarks.dll` has to be told its assembly again.
    static string[] Assembly() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
}
