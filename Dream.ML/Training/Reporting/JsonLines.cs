using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dream.ML.IO;

namespace Dream.ML.Training.Reporting;

/// <summary>A file of JSON objects, one a line.</summary>
sealed class JsonLines<T>(string path, JsonTypeInfo<T> type)
{
    /// <summary>What the file holds; lines that a kill tore are passed over.</summary>
    internal IEnumerable<T> Read() =>
        File.Exists(path) ? File.ReadLines(path).Select(TryParse).OfType<T>() : [];

    internal void Write(IEnumerable<T> entries) => AtomicFile.Write(path, TrainingLog.FileOwner, stream =>
        stream.Write(Encoding.UTF8.GetBytes(string.Concat(entries.Select(entry => JsonSerializer.Serialize(entry, type) + "\n")))));

    T? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
