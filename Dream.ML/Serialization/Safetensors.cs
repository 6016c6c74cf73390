using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Dream.ML.Serialization;

/// <summary>Reads and writes the safetensors format: 8 bytes of header length, a JSON header, raw little-endian data.</summary>
static class Safetensors
{
    const long MaxHeaderBytes = 100_000_000;
    const int FirstChunkBytes = 1 << 20;
    const string MetadataKey = "__metadata__";

    static readonly (string Name, ScalarType Type, int Bytes)[] Types =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    static readonly JsonSerializerOptions Json = new() { AllowDuplicateProperties = false, RespectNullableAnnotations = true };

    /// <summary>Writes the tensors in their order and the metadata sorted, so that equal contents give equal bytes. Leaves the stream open.</summary>
    internal static void Write(Stream stream, SafetensorsFile file)
    {
        var header = new OrderedDictionary<string, object>();
        if (file.Metadata.Count > 0)
            header.Add(MetadataKey, new SortedDictionary<string, string>(file.Metadata.ToDictionary(), StringComparer.Ordinal));
        var position = 0L;
        foreach (var tensor in file.Tensors.Values)
        {
            var type = Types.FirstOrDefault(type => type.Type == tensor.Type).Name
                ?? throw new NotSupportedException($"Tensor '{tensor.Name}' is of type {tensor.Type}, which safetensors files here do not hold.");
            header.Add(tensor.Name, new Entry(type, tensor.Shape, [position, position += tensor.Data.Length]));
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header, Json);
        Span<byte> length = stackalloc byte[sizeof(long)];
        // Padding keeps the data aligned for readers that map the file into memory.
        var padding = -json.Length & 7;
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length + padding);
        stream.Write(length);
        stream.Write(json);
        stream.Write("       "u8[..padding]);
        foreach (var tensor in file.Tensors.Values)
            stream.Write(tensor.Data);
    }

    /// <summary>Reads one file and not a byte further. The input may be hostile. Leaves the stream open.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else, or ends too early.</exception>
    internal static SafetensorsFile Read(Stream stream)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(stream, sizeof(long), "header length"));
        if (length > MaxHeaderBytes)
            throw new InvalidDataException($"Not a safetensors file: its header would be {length} bytes long; at most {MaxHeaderBytes} are allowed.");

        try
        {
            var header = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(ReadBytes(stream, (int)length, "header"), Json)
                ?? throw new InvalidDataException("Not a safetensors file: its header is null.");
            var metadata = header.Remove(MetadataKey, out var map) ? map.Deserialize<Dictionary<string, string>>(Json) : null;
            if (metadata?.FirstOrDefault(pair => pair.Value is null).Key is { } nullKey)
                throw new InvalidDataException($"The safetensors metadata holds null for '{nullKey}'.");

            var position = 0L;
            var tensors = new List<SafetensorsTensor>(header.Count);
            foreach (var (name, entry) in header
                .Select(pair => (pair.Key, Entry: ReadEntry(pair.Key, pair.Value)))
                .OrderBy(pair => pair.Entry.Offsets[0]).ThenBy(pair => pair.Entry.Offsets[1]))
            {
                var (type, bytes) = CheckedSize(name, entry);
                if (entry.Offsets[0] != position)
                    throw new InvalidDataException($"Tensor '{name}' begins at byte {entry.Offsets[0]} of the data, but the one before it ends at {position}: tensors must neither overlap nor leave gaps.");
                tensors.Add(new(name, type, entry.Shape, ReadBytes(stream, bytes, $"tensor '{name}'")));
                position = entry.Offsets[1];
            }
            return new(tensors, metadata);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Not a safetensors file: its header is not the JSON it should be. {e.Message}", e);
        }
    }

    static Entry ReadEntry(string name, JsonElement json) =>
        json.Deserialize<Entry>(Json) is { Type: not null, Shape: not null, Offsets: [>= 0, >= 0] } entry
            ? entry
            : throw new InvalidDataException($"Tensor '{name}' needs a dtype, a shape and two data_offsets that are not negative.");

    static (ScalarType Type, int Bytes) CheckedSize(string name, Entry entry)
    {
        var (typeName, type, size) = Types.FirstOrDefault(type => type.Name == entry.Type);
        if (typeName is null)
            throw new InvalidDataException($"Tensor '{name}' is of the unknown type '{entry.Type}'.");
        if (entry.Shape.Any(dimension => dimension < 0))
            throw new InvalidDataException($"Tensor '{name}' has a negative dimension.");

        var held = entry.Offsets[1] - entry.Offsets[0];
        try
        {
            var needed = entry.Shape.Aggregate((long)size, (product, dimension) => checked(product * dimension));
            if (needed != held)
                throw new InvalidDataException($"Tensor '{name}' needs {needed} bytes by its shape, but its offsets span {held}.");
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException($"The shape of tensor '{name}' overflows.", e);
        }
        return held <= Array.MaxLength
            ? (type, (int)held)
            : throw new InvalidDataException($"Tensor '{name}' has {held} bytes; at most {Array.MaxLength} are supported.");
    }

    /// <summary>Grows the buffer as data arrive: a header may promise more than the stream delivers.</summary>
    static byte[] ReadBytes(Stream stream, int count, string what)
    {
        var buffer = new byte[Math.Min(count, FirstChunkBytes)];
        for (var filled = 0; ; Array.Resize(ref buffer, (int)Math.Min(count, 2L * filled)))
        {
            filled += stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            if (filled < buffer.Length)
                throw new InvalidDataException($"The safetensors file is truncated: its {what} should be {count} bytes long, but the stream ends after {filled}.");
            if (filled == count)
                return buffer;
        }
    }

    sealed record Entry(
        [property: JsonPropertyName("dtype")] string Type,
        [property: JsonPropertyName("shape")] long[] Shape,
        [property: JsonPropertyName("data_offsets")] long[] Offsets);
}
