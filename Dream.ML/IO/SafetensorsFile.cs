namespace Dream.ML.IO;

/// <summary>The contents of a safetensors file: tensors in file order, and a map of strings.</summary>
sealed class SafetensorsFile
{
    internal SafetensorsFile(IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Tensors = new(tensors.Select(tensor => KeyValuePair.Create(tensor.Name, tensor)), StringComparer.Ordinal);
        Metadata = metadata ?? new Dictionary<string, string>();
    }

    internal OrderedDictionary<string, SafetensorsTensor> Tensors { get; }

    internal IReadOnlyDictionary<string, string> Metadata { get; }
}
