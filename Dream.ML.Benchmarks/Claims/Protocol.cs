using System.Text.Json;
using Dream.ML.IO;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>What all runs of a folder have in common; only then may they be compared.</summary>
sealed record Protocol
{
    const string FileName = "protocol.json";

    /// <summary>Training updates of every run; not used where <see cref="Minutes"/> is given.</summary>
    public required int Updates { get; init; }

    /// <summary>Training time of every run.</summary>
    public double? Minutes { get; init; }

    /// <summary>How often each run is measured, evenly spaced.</summary>
    public int Checkpoints { get; init; } = 4;

    /// <summary>Rising; the last is the full length that the others are compared with.</summary>
    public required int[] SamplingSteps { get; init; }

    /// <summary>What the estimated noise is divided by, in addition to 1.</summary>
    public double[]? EpsilonScalings { get; init; }

    /// <summary>Held-out crops to measure on.</summary>
    public int Crops { get; init; } = 64;

    public string? Photos { get; init; }

    public string? HeldOut { get; init; }

    public string? LpipsBackbone { get; init; }

    public string? LpipsHeads { get; init; }

    public int? Threads { get; init; }

    /// <summary>Short runs.</summary>
    internal static Protocol Quick { get; } = new() { Updates = 500, SamplingSteps = [1, 2, 4, 8, 16, 32, 64], Crops = 32 };

    /// <summary>Longer ones, for two cores.</summary>
    internal static Protocol Default { get; } = new() { Updates = 2000, SamplingSteps = [1, 2, 4, 8, 16, 32, 64, 128] };

    /// <summary>For a large GPU, up to the 2,000 steps that SR3 is trained on.</summary>
    internal static Protocol Gpu { get; } = new()
    {
        Updates = 20_000,
        SamplingSteps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 2000],
        Checkpoints = 8,
        Crops = 256,
    };

    /// <summary>Takes a folder for this protocol.</summary>
    /// <exception cref="InvalidOperationException">It holds runs of another.</exception>
    internal void Claim(string folder)
    {
        Directory.CreateDirectory(folder);
        var (path, text) = (Path.Combine(folder, FileName), JsonSerializer.Serialize(this, ClaimsJson.Default.Protocol));
        if (File.Exists(path) && File.ReadAllText(path) is var other && other != text)
            throw new InvalidOperationException(
                $"'{folder}' holds runs of {other}, which cannot be compared with {text}. Give the same options, or another --output.");
        AtomicFile.Write(path, Summary.FileOwner, stream => stream.Write(JsonSerializer.SerializeToUtf8Bytes(this, ClaimsJson.Default.Protocol)));
    }
}
