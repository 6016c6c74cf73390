using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dream.ML.IO;

namespace Dream.ML.Training;

/// <summary>A run as it stood after an update: everything that decides what follows.</summary>
/// <param name="Run">The run's settings as JSON, to compare with those of the run that resumes it.</param>
/// <param name="Progress">How far it had come.</param>
/// <param name="Parts">The tensors, by part: <see cref="NetworkPart"/>, <see cref="OptimizerPart"/> and perhaps <see cref="BestPart"/>.</param>
sealed partial record Checkpoint(string Run, TrainingProgress Progress, IReadOnlyDictionary<string, SafetensorsFile> Parts)
{
    internal const string NetworkPart = "network";
    internal const string OptimizerPart = "optimizer";
    internal const string BestPart = "best";

    const string RunKey = "dream.run";
    const string ProgressKey = "dream.progress";
    const char Separator = ':';

    static readonly JsonTypeInfo<TrainingProgress> ProgressType = RecordDefaults.TypeInfo<TrainingProgress>(CheckpointJson.Default);

    internal void Write(Stream stream) => Safetensors.Write(stream, new(
        Parts.SelectMany(part => part.Value.Tensors.Values.Select(tensor => tensor with { Name = $"{part.Key}{Separator}{tensor.Name}" })),
        new Dictionary<string, string> { [RunKey] = Run, [ProgressKey] = JsonSerializer.Serialize(Progress, ProgressType) }));

    /// <summary>Reads what <see cref="Write"/> wrote, to the end of the stream. The input may be hostile.</summary>
    /// <exception cref="InvalidDataException">The stream is not a checkpoint, ends too early or is damaged.</exception>
    internal static Checkpoint Read(Stream stream)
    {
        var file = Safetensors.Read(stream);
        if (!file.Metadata.TryGetValue(RunKey, out var run) || !file.Metadata.TryGetValue(ProgressKey, out var progress))
            throw new InvalidDataException("It is a safetensors file, but not a checkpoint.");
        if (file.Tensors.Keys.FirstOrDefault(name => !name.Contains(Separator)) is { } stray)
            throw new InvalidDataException($"Its tensor '{stray}' belongs to no part.");
        var parts = file.Tensors.Values
            .GroupBy(tensor => tensor.Name.Split(Separator, 2)[0])
            .ToDictionary(part => part.Key, part => new SafetensorsFile(
                part.Select(tensor => tensor with { Name = tensor.Name.Split(Separator, 2)[1] })));
        if (!parts.ContainsKey(NetworkPart) || !parts.ContainsKey(OptimizerPart))
            throw new InvalidDataException("It lacks the weights or the optimizer's state.");
        Reading("settings are not the JSON they should be", () => JsonNode.Parse(run, null, new() { AllowDuplicateProperties = false })!.AsObject());
        return new(run, Reading("progress is not the JSON it should be", () => JsonSerializer.Deserialize(progress, ProgressType) is
        {
            Step: >= 0, SkippedSteps: >= 0, SkippedInARow: >= 0, ValidationsWithoutGain: >= 0, Position: { Block: >= 0, Taken: >= 0 },
        } read ? read : throw new JsonException("It is empty, or counts below zero.")), parts);
    }

    /// <summary>Reads JSON that may be anything.</summary>
    /// <exception cref="InvalidDataException">It is not what it should be, as <paramref name="problem"/> says.</exception>
    internal static T Reading<T>(string problem, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"Its {problem}. {e.Message}", e);
        }
    }

    // The PSNR of a perfect validation is infinite, which JSON has no number for.
    [JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    [JsonSerializable(typeof(TrainingProgress))]
    sealed partial class CheckpointJson : JsonSerializerContext;
}
