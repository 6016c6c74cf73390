using System.Diagnostics;
using Dream.ML.Imaging;
using Dream.ML.Training;

namespace Dream.ML.Tests.Training;

/// <summary>Training in a process of its own that is killed at random moments and started again.</summary>
[TestClass]
public sealed class KillTests
{
    const int Kills = 5;
    const int Steps = 60;

    [TestMethod]
    public void A_run_that_is_killed_again_and_again_ends_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["photos"]);
        for (var i = 0; i < 3; i++)
            using (var photo = MLImagePixels.Write(Fitting.Smooth(i, 40, 30)))
                photo.Save(Path.Combine(folder["photos"], $"{i}.png"));
        Finish(folder, "whole");
        var expected = Read(folder, "whole");

        var random = new Random(1);
        List<int> reached = [];
        while (reached.Count < Kills)
        {
            // Any moment: while it starts, reads, trains, writes a checkpoint.
            using var process = Start(folder, "killed");
            var written = Changed(folder, "killed");
            if (random.Next(4) > 0)
                SpinWait.SpinUntil(() => process.HasExited || Changed(folder, "killed") != written, TimeSpan.FromSeconds(20));
            Thread.Sleep(random.Next(150));
            process.Kill();
            process.WaitForExit();
            reached.Add(File.Exists(CheckpointPath(folder, "killed")) ? Read(folder, "killed").Progress.Step : 0);
        }
        Finish(folder, "killed");

        var told = $"killed at the steps {string.Join(", ", reached)}";
        Console.WriteLine(told);
        Assert.IsTrue(reached.Any(step => step is > 0 and < Steps), told);
        var actual = Read(folder, "killed");
        Assert.AreEqual(Steps, actual.Progress.Step);
        Assert.AreEqual(Text(expected.Progress), Text(actual.Progress));
        foreach (var (part, tensors) in expected.Parts)
            foreach (var (name, tensor) in tensors.Tensors)
                CollectionAssert.AreEqual(tensor.Data, actual.Parts[part].Tensors[name].Data, $"{told}: {part} {name}");
        CollectionAssert.AreEquivalent(
            new[] { "checkpoint.safetensors", "metrics.jsonl", "report.html" },
            Directory.GetFiles(folder["killed"]).Select(Path.GetFileName).ToArray());
    }

    /// <summary>All of it but the time, to compare.</summary>
    internal static string Text(TrainingProgress progress) =>
        $"{progress with { Elapsed = default, FurtherBestPsnr = [] }} {string.Join(", ", progress.FurtherBestPsnr)}";

    static void Finish(TemporaryFolder folder, string workspace)
    {
        using var process = Start(folder, workspace);
        Assert.IsTrue(process.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.AreEqual(0, process.ExitCode, workspace);
    }

    // The samples are built beside the tests.
    static Process Start(TemporaryFolder folder, string workspace) => Process.Start("dotnet",
    [
        Path.Combine(AppContext.BaseDirectory.Replace("Dream.ML.Tests", "Dream.ML.Samples"), "dream.dll"),
        "train", folder["photos"], "--output", folder[$"{workspace}.zip"], "--workspace", folder[workspace], "--checkpoint-every", "3",
        "--steps", $"{Steps}", "--batch", "1", "--patch", "16", "--scale", "2", "--device", "cpu",
        "--channels", "8", "--encoder-blocks", "1", "--denoiser-blocks", "1",
    ]);

    static DateTime Changed(TemporaryFolder folder, string workspace) => File.GetLastWriteTimeUtc(CheckpointPath(folder, workspace));

    static string CheckpointPath(TemporaryFolder folder, string workspace) => Path.Combine(folder[workspace], "checkpoint.safetensors");

    static Checkpoint Read(TemporaryFolder folder, string workspace)
    {
        using var stream = File.OpenRead(CheckpointPath(folder, workspace));
        return Checkpoint.Read(stream);
    }
}
