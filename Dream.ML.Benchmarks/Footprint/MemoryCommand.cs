using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;
using Microsoft.ML.Data;

namespace Dream.ML.Benchmarks.Footprint;

/// <summary>What a large image takes beside a small one: memory at its peak, and time for each pixel.</summary>
static class MemoryCommand
{
    const int SmallSide = 256;
    const int SmallRuns = 3;

    internal static Command Create()
    {
        var model = TrainedModel.Argument();
        var side = Number("--side", "Side of the large image, in pixels.", 1024);
        var budget = Number("--budget", "MemoryBudgetMB.", 256);
        var rounds = Number("--rounds", "How often, in this process.", 2);
        var command = new Command("memory", "Measures peak memory and time of a large image.") { model, side, budget, rounds };
        command.SetAction(result =>
        {
            using var loaded = TrainedModel.Load(result.GetRequiredValue(model));
            using var trained = loaded.WithSampling(loaded.Sampling with { MemoryBudgetMB = result.GetRequiredValue(budget) });
            using var warming = Square(64);
            using var small = Square(SmallSide);
            using var large = Square(result.GetRequiredValue(side));
            Console.WriteLine($"{large.Width}×{large.Height}: {trained.PlanTiles(large.Width, large.Height)}");
            using var process = Process.GetCurrentProcess();
            Seconds(warming);
            process.Refresh();
            var before = process.WorkingSet64;

            for (var round = 1; round <= result.GetRequiredValue(rounds); round++)
            {
                Seconds(small);
                var (seconds, largeSeconds) = (Enumerable.Range(0, SmallRuns).Average(_ => Seconds(small)), Seconds(large));
                var ratio = largeSeconds / seconds * (small.Width * small.Height) / ((double)large.Width * large.Height);
                process.Refresh();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {round}: {(process.PeakWorkingSet64 - before) >> 20} MB above the loaded model, time per pixel {ratio:0.000} times that of {SmallSide}×{SmallSide}"));
            }

            double Seconds(MLImage image) => Clock.Seconds(() => trained.Upscale(image).Dispose());
        });
        return command;
    }

    static Option<int> Number(string name, string description, int value) =>
        new Option<int>(name) { Description = description, DefaultValueFactory = _ => value }.AcceptMultiplesOf(1);

    static MLImage Square(int side) => MLImagePixels.Write(RandomImage.Create(side, side));
}
