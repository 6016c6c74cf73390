using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dream.ML.IO;

namespace Dream.ML.Training;

/// <summary>A run as it stood after an update: everything that decides what follows.</summary>
/// <param name="Run">The run's settings as JSON, to compare with those of the run that wants to go on.</param>
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
        return new(RequireObject(run), ReadProgress(progress), parts);
    }

    static TrainingProgress ReadProgress(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ProgressType) is
            {
                Step: >= 0, SkippedSteps: >= 0, SkippedInARow: >= 0, ValidationsWithoutGain: >= 0, Feed: { Block: >= 0, Taken: >= 0 },
            } progress ? progress : throw new JsonException("It is empty, or counts below zero.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Its progress is not the JSON it should be. {e.Message}", e);
        }
    }

    static string RequireObject(string run)
    {
        try
        {
            using var json = JsonDocument.Parse(run, new() { AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object ? run : throw new JsonException("It is not an object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"Its settings are not the JSON they should be. {e.Message}", e);
        }
    }

    // The PSNR of a perfect validation is infinite, which JSON has no number for.
    [JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    [JsonSerializable(typeof(TrainingProgress))]
    sealed partial class CheckpointJson : JsonSerializerContext;
}
