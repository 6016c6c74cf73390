using System.Diagnostics;
using Dream.ML.Samples.Classifier;
using Dream.ML.Tests.Imaging.Files;

namespace Dream.ML.Tests.Samples;

/// <summary>The pipeline of docs/pipelines.md, in a process of its own.</summary>
[TestClass]
public sealed class ClassifierTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void It_is_the_code_of_the_documentation() => StringAssert.Contains(
        File.ReadAllText(Path.Combine(DocumentationTests.Root, "docs", "pipelines.md")),
        $"```csharp\n{File.ReadAllText(Path.Combine(DocumentationTests.Root, "Dream.ML.Samples.Classifier", "Program.cs"))}```");

    [TestMethod]
    public async Task It_compares_accuracies_with_and_without_upscaling()
    {
        using var folder = new TemporaryFolder();
        foreach (var (label, shade) in new[] { ("dark", 20), ("light", 230) })
            for (var i = 0; i < 8; i++)
                folder.Write($"{label}/{i}.png", MadeFiles.Encode(new(8, 8, Enumerable.Repeat((byte)(shade + i), 192).ToArray())));
        using var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            // It is built next to the tests.
            Path.Combine(AppContext.BaseDirectory.Replace("Dream.ML.Tests", "Dream.ML.Samples.Classifier"), "Dream.ML.Samples.Classifier.dll"),
            folder.ToString(),
        ])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        await process.WaitForExitAsync(TestContext.CancellationToken);
        Assert.AreEqual(0, process.ExitCode, output);
        StringAssert.Contains(output, "16 photos of 2 products");
        StringAssert.Matches(output, new("as they are +accuracy 100"));
        StringAssert.Matches(output, new("upscaled +accuracy 100"));
    }

    [TestMethod]
    public void Thumbnails_are_parts_of_a_photo()
    {
        using var folder = new TemporaryFolder();
        folder.Write("photos/gray.png", MadeFiles.Encode(new(300, 140, new byte[126_000])));
        var thumbnails = Directory.GetFiles(Path.Combine(Thumbnails.Cut(folder["photos"], folder["out"]), "gray"));
        CollectionAssert.AreEquivalent(new[] { "0-0.png", "0-128.png" }, thumbnails.Select(Path.GetFileName).ToArray());
    }
}
