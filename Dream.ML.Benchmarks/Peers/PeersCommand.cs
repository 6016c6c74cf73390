using System.CommandLine;
using Dream.ML.Benchmarks.Workload;
using TorchSharp;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>Times the library side by side with what people use today, on the CPU.</summary>
static class PeersCommand
{
    internal static Command Create()
    {
        var threads = new Option<int>("--threads")
        {
            Description = "Threads of every contestant.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        }.AcceptMultiplesOf(1);
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often everybody's turn comes.",
            DefaultValueFactory = _ => 10,
        }.AcceptMultiplesOf(1);
        var size = new Option<int>("--size")
        {
            Description = "Side of the image to upscale, in pixels: a multiple of 4, for SR3's sake.",
            DefaultValueFactory = _ => 128,
        }.AcceptMultiplesOf(4);
        var authors = new Option<DirectoryInfo?>("--authors")
        {
            Description = "The folder sr3 of the DREAM authors' repository, to measure their training step as well.",
        };
        var python = new Option<string>("--python")
        {
            Description = "A Python with torch and numpy, for --authors.",
            DefaultValueFactory = _ => "python3",
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the results.",
            DefaultValueFactory = _ => "out/peers",
        };
        var command = new Command("peers", "Times the library side by side with what people use today, on the CPU.")
        {
            threads, rounds, size, authors, python, output,
        };
        command.SetAction(result =>
        {
            DreamRuntime.EnsureLoaded();
            torch.set_num_threads(result.GetRequiredValue(threads));
            new PeersReport([
                TrainingPeers.Compare(
                    result.GetValue(authors)?.FullName, result.GetRequiredValue(python), result.GetRequiredValue(rounds)),
                UpscalingPeers.Compare(result.GetRequiredValue(size), result.GetRequiredValue(rounds)),
            ]).Write(Path.GetFullPath(result.GetRequiredValue(output)));
        });
        return command;
    }
}
