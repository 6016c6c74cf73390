using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dream.ML.Samples.Reporting;

/// <summary>Tells how upscaling goes and what came of it: as text, as lines of JSON, or only what went wrong.</summary>
sealed class UpscaleReport(bool json, bool quiet) : IProgress<BatchProgress>
{
    static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>Tells which model was chosen, and why.</summary>
    internal void Tell(ModelSuggestion suggestion) => Write(
        new { Model = suggestion.Model.Name, suggestion.Reason }, $"Model {suggestion.Model}: {suggestion.Reason}");

    public void Report(BatchProgress value)
    {
        var remaining = value.Remaining is { } time ? $"  {(int)time.TotalHours:00}:{time:mm\\:ss} left" : "";
        var notes = value.Notes.Count > 0 ? $"  ({string.Join("; ", value.Notes)})" : "";
        Write(value, string.Create(CultureInfo.InvariantCulture,
            $"{value.Done}/{value.Total}{remaining}  {value.File}: {value.Outcome}{notes}"));
    }

    /// <returns>The exit code.</returns>
    internal int Finish(BatchResult result)
    {
        Write(result, $"{result.Upscaled} upscaled, {result.Skipped} finished before, {result.Failures.Count} failed.");
        foreach (var failure in result.Failures)
            Failure.Warn($"{failure.File}: {failure.Reason}");
        Failure.WarnOfLeftOut(result.LeftOut);
        return result.Failures.Count == 0 ? 0 : 1;
    }

    void Write<T>(T values, string text)
    {
        if (!quiet)
            Console.WriteLine(json ? JsonSerializer.Serialize(values, Json) : text);
    }
}
