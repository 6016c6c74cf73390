using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Dream.ML.Imaging.Degradation;
using Dream.ML.Networks;
using Dream.ML.Serialization;
using Dream.ML.Training;

namespace Dream.ML.SuperResolution;

/// <summary>All that decides the outcome of a fit. A checkpoint goes on only under the same description.</summary>
sealed partial record RunDescription
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

    internal string ToJson() => JsonSerializer.Serialize(this, RunJson.Default.RunDescription);

    /// <summary>The seed of a run that was described so; <c>null</c> where the description lacks it.</summary>
    internal static int? SeedOf(string json) =>
        JsonNode.Parse(json) is JsonObject run && run[nameof(Training)] is JsonObject training
            && training[nameof(TrainingSettings.Seed)] is JsonValue value && value.TryGetValue(out int seed) ? seed : null;

    internal static string Digest(SafetensorsFile weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in weights.Tensors.Values)
            hash.AppendData(tensor.Data);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    // Doubles may be infinite (DREAM's p), which JSON has no number for.
    [JsonSourceGenerationOptions(
        UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    [JsonSerializable(typeof(RunDescription))]
    sealed partial class RunJson : JsonSerializerContext;
}
