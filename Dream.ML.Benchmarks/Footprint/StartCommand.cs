using System.CommandLine;
using System.Diagnostics;
using Dream.ML.Benchmarks.Peers;
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
        var model = new Argument<FileInfo>("model") { Description = "A model, as training writes (.zip)." };
        model.AcceptExistingOnly();
        var command = new Command("start", "Times the first result of a new process, and the next.") { model };
        command.SetAction(result =>
        {
            using var image = MLImagePixels.Write(RandomImage.Create(Side, Side));
            using var trained = TrainedModel.Load(result.GetRequiredValue(model).FullName);
            trained.Upscale(image).Dispose();
            using (var process = Process.GetCurrentProcess())
                Console.WriteLine($"start of the process to the first result of {Side}×{Side} pixels: {(DateTime.Now - process.StartTime).TotalSeconds:0.00} s");

            var later = Enumerable.Range(0, Later).Select(_ => Contestant.Seconds(() => trained.Upscale(image).Dispose())).ToArray();
            Console.WriteLine($"the next: {later[0]:0.00} s; all {Later} that follow: {string.Join(' ', later.Select(seconds => $"{seconds:0.00}"))}");
        });
        return command;
    }
}
