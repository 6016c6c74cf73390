namespace Dream.ML.IO;

/// <summary>What a safetensors file says of itself before its data.</summary>
/// <param name="Metadata">The map of strings, without the digest.</param>
/// <param name="Tensors">The tensors in file order.</param>
/// <param name="Digest">Digest of the whole file, where it has one.</param>
sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafetensorsHeader.Entry> Tensors, string? Digest)
{
    /// <summary>A tensor to come, of so many bytes.</summary>
    internal sealed record Entry(string Name, SafetensorsType Type, long[] Shape, int Bytes);
}
