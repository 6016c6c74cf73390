using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;

namespace Dream.ML.Benchmarks.Footprint;

/// <summary>How long a new process needs until its first result.</summary>
static class StartCommand
{
    const int Side = 128;
    const int Later = 12;

    internal static Command Create()
    {
        var model = TrainedModel.Argument();
        var command = new Command("start", "Times the first result of a new process, and the next.") { model };
        command.SetAction(result =>
        {
            using var image = MLImagePixels.Write(RandomImage.Create(Side, Side));
            using var trained = TrainedModel.Load(result.GetRequiredValue(model));
            trained.Upscale(image).Dispose();
            using (var process = Process.GetCurrentProcess())
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"start of the process to the first result of {Side}×{Side} pixels: {(DateTime.Now - process.StartTime).TotalSeconds:0.00} s"));

            var later = Enumerable.Range(0, Later)
                .Select(_ => Clock.Seconds(() => trained.Upscale(image).Dispose()).ToString("0.00", CultureInfo.InvariantCulture)).ToArray();
            Console.WriteLine($"the next: {later[0]} s; all {Later} that follow: {string.Join(' ', later)}");
        });
        return command;
    }
}
