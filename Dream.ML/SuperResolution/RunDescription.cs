using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dream.ML.Imaging.Degradation;
using Dream.ML.Inference;
using Dream.ML.Networks;
using Dream.ML.Serialization;
using Dream.ML.Training;

namespace Dream.ML.SuperResolution;

/// <summary>All that decides the outcome of a fit. A checkpoint goes on only under the same description.</summary>
sealed record RunDescription
{
    public required int Scale { get; init; }

    public required DegradationSettings Degradation { get; init; }

    public required NetworkSettings Network { get; init; }

    public required TrainingSettings Training { get; init; }

    /// <summary>Rows of training data.</summary>
    public required int Rows { get; init; }

    public required bool Pairs { get; init; }

    public required int ValidationRows { get; init; }

    public required int PatchBufferMB { get; init; }

    /// <summary>Digest of the weights that training starts from, or <c>null</c> for fresh ones.</summary>
    public required string? InitialWeights { get; init; }

    internal string ToJson() => ModelDescription.Serialize(this);

    /// <summary>The seed of a run that was described so.</summary>
    internal static int SeedOf(string json) => JsonNode.Parse(json)![nameof(Training)]![nameof(TrainingSettings.Seed)]!.GetValue<int>();

    internal static string Digest(SafetensorsFile weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in weights.Tensors.Values)
            hash.AppendData(tensor.Data);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
