using System.Text.Json;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>All tables of a run and what they were made on.</summary>
sealed record PeersReport(IReadOnlyList<Comparison> Comparisons)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string Machine { get; } = Describe();

    /// <summary>Prints the tables and keeps them in a folder, the single measurements beside them.</summary>
    internal void Write(string folder)
    {
        var markdown = $"{Machine}\n\n{string.Join('\n', Comparisons.Select(comparison => comparison.ToMarkdown()))}";
        Console.WriteLine(markdown);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "peers.md"), markdown);
        File.WriteAllText(Path.Combine(folder, "peers.json"), JsonSerializer.Serialize(this, Json));
    }

    static string Describe()
    {
        var runtime = DreamRuntime.Describe("cpu");
        // What OpenMP's threads do while they wait: the same for every contestant.
        var waiting = new[] { "OMP_WAIT_POLICY", "GOMP_SPINCOUNT" }
            .Select(name => $"{name} {Environment.GetEnvironmentVariable(name) ?? "not set"}");
        return $"{runtime.Platform}, libtorch {runtime.LibTorchVersion}, threads: {runtime.Threads} of {Environment.ProcessorCount}, {string.Join(", ", waiting)}";
    }
}
