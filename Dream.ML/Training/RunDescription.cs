using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dream.ML.IO;

namespace Dream.ML.Training;

/// <summary>All that decides the outcome of a fit. A checkpoint is resumed only under the same description.</summary>
sealed partial record RunDescription
{
    static readonly JsonTypeInfo<RunDescription> Type = RecordDefaults.TypeInfo<RunDescription>(RunJson.Default, NetworkSettings.Name);
    static readonly JsonTypeInfo<TrainingSettings> TrainingType = RecordDefaults.TypeInfo<TrainingSettings>(RunJson.Default, NetworkSettings.Name);

    public required int Scale { get; init; }

    public required DegradationSettings Degradation { get; init; }

    public required NetworkSettings Network { get; init; }

    public required TrainingSettings Training { get; init; }

    public required int Seed { get; init; }

    /// <summary>The kind of device: a CPU's sums are rounded in another order than a GPU's.</summary>
    public required string Device { get; init; }

    /// <summary>Rows of training data.</summary>
    public required int Rows { get; init; }

    /// <summary>Digest of the names of the photos, and of their sizes where the names are files.</summary>
    public required string Photos { get; init; }

    public required bool Pairs { get; init; }

    public required int ValidationRows { get; init; }

    /// <summary>Digest of the weights that training starts from, or <c>null</c> for fresh ones.</summary>
    public required string? InitialWeights { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, Type);

    /// <summary>What a run that was described so leaves no choice about when it is resumed.</summary>
    /// <exception cref="InvalidDataException">The text is no description of a run.</exception>
    internal static (TrainingSettings Training, int Seed) Read(string json) => Reading(() =>
    {
        var run = JsonNode.Parse(Upgrade(json))!;
        return (run[nameof(Training)].Deserialize(TrainingType)!, run[nameof(Seed)]!.GetValue<int>());
    });

    /// <summary>A description in today's words, whichever version wrote it.</summary>
    /// <exception cref="InvalidDataException">The text is no description of a run.</exception>
    internal static string Upgrade(string json) => Reading(() =>
    {
        var run = JsonNode.Parse(json)!.AsObject();
        var training = run[nameof(Training)]!.AsObject();
        Move(training, "TrainingSteps", training, nameof(TrainingSettings.Steps));
        Move(training, "TrainingBatchSize", training, nameof(TrainingSettings.BatchSize));
        Move(training, nameof(Seed), run, nameof(Seed));
        Move(run, nameof(TrainingSettings.PatchBufferMB), training, nameof(TrainingSettings.PatchBufferMB));
        if (training.Remove("PretrainingShare", out var share))
            training[nameof(TrainingSettings.PretrainingSteps)] =
                (int)(training[nameof(TrainingSettings.Steps)]!.GetValue<int>() * share!.GetValue<double>());
        training.TryAdd(nameof(TrainingSettings.Precision), nameof(TrainingPrecision.Float32));
        return run.ToJsonString();

        static void Move(JsonObject from, string old, JsonObject to, string name)
        {
            if (from.Remove(old, out var value))
                to[name] = value;
        }
    });

    static T Reading<T>(Func<T> read) => Checkpoint.Reading("run is not described as it should be", read);

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
    [JsonSerializable(typeof(CompactSettings))]
    [JsonSerializable(typeof(ImplicitSettings))]
    [JsonSerializable(typeof(Sr3Settings))]
    [JsonSerializable(typeof(TrainingSettings))]
    sealed partial class RunJson : JsonSerializerContext;
}
