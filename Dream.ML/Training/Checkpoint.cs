using System.Text.Json;
using System.Text.Json.Serialization;
using Dream.ML.Serialization;

namespace Dream.ML.Training;

/// <summary>A run as it stood after an update: everything that decides what follows.</summary>
/// <param name="Run">The run's settings as JSON, to compare with those of the run that wants to go on.</param>
/// <param name="Progress">How far it had come.</param>
/// <param name="Parts">The tensors, by part: network, optimizer, best weights.</param>
sealed record Checkpoint(string Run, TrainingProgress Progress, IReadOnlyDictionary<string, SafetensorsFile> Parts)
{
    const string RunKey = "dream.run";
    const string ProgressKey = "dream.progress";
    const char Separator = ':';

    // The PSNR of a perfect validation is infinite, which JSON has no number for.
    static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    internal void Write(Stream stream) => Safetensors.Write(stream, new(
        Parts.SelectMany(part => part.Value.Tensors.Values.Select(tensor => tensor with { Name = $"{part.Key}{Separator}{tensor.Name}" })),
        new Dictionary<string, string> { [RunKey] = Run, [ProgressKey] = JsonSerializer.Serialize(Progress, Json) }));

    /// <exception cref="InvalidDataException">The stream is not a checkpoint, or ends too early.</exception>
    internal static Checkpoint Read(Stream stream)
    {
        var file = Safetensors.Read(stream);
        if (!file.Metadata.TryGetValue(RunKey, out var run) || !file.Metadata.TryGetValue(ProgressKey, out var progress))
            throw new InvalidDataException("It is a safetensors file, but not a checkpoint.");
        try
        {
            return new(run, JsonSerializer.Deserialize<TrainingProgress>(progress, Json)!, file.Tensors.Values
                .GroupBy(tensor => tensor.Name.Split(Separator, 2)[0])
                .ToDictionary(part => part.Key, part => new SafetensorsFile(
                    part.Select(tensor => tensor with { Name = tensor.Name.Split(Separator, 2)[1] }))));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Its progress is not the JSON it should be. {e.Message}", e);
        }
    }
}
