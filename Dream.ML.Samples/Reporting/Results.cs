using System.Text.Json;
using Dream.ML.Samples.Photos;

namespace Dream.ML.Samples.Reporting;

/// <summary>What the main job measured, as <c>results.json</c> keeps it for scripts.</summary>
sealed record Results(
    IReadOnlyDictionary<string, Quality> Mean,
    IReadOnlyList<PhotoComparison> Images,
    Results.TrainingRun Training,
    Results.SamplingRun Sampling)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json));

    internal sealed record TrainingRun(int Steps, double Seconds);

    internal sealed record SamplingRun(string Sampler, int Steps, double SecondsPerImage);
}
