using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dream.ML.IO;

/// <summary>Reads and writes the safetensors format: 8 bytes of header length, a JSON header, raw little-endian data.</summary>
/// <remarks>
/// What is written here carries a digest in its metadata: SHA-256 over the header as it would be without it, and the data.
/// Files of others and older ones have none, and are read all the same.
/// </remarks>
static partial class Safetensors
{
    // Ten times what the largest network that can be described takes, with its optimizer.
    const int MaxHeaderBytes = 4 << 20;
    const int MaxNameLength = 256;
    const int MaxDimensions = 8;
    const int FirstChunkBytes = 1 << 20;
    const string MetadataKey = "__metadata__";
    const string DigestKey = "dream.digest";
    const string DigestPrefix = "sha256:";

    /// <summary>Writes the tensors in their order and the metadata sorted, so that equal contents give equal bytes. Leaves the stream open.</summary>
    internal static void Write(Stream stream, SafetensorsFile file)
    {
        var json = Header(file, Digest(file));
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

    /// <summary>Reads a stream that holds one file and nothing else. The input may be hostile. Leaves the stream open.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else, ends too early or is damaged.</exception>
    internal static SafetensorsFile Read(Stream stream) => ReadTensors(stream, ReadHeader(stream));

    /// <summary>Reads the first part of a file, a few megabytes at most, so that what it promises can be judged before the data are read.</summary>
    /// <inheritdoc cref="Read"/>
    internal static SafetensorsHeader ReadHeader(Stream stream)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(stream, sizeof(long), "header length"));
        if (length > MaxHeaderBytes)
            throw new InvalidDataException($"Not a safetensors file: its header would be {length} bytes long; at most {MaxHeaderBytes} are allowed.");

        try
        {
            using var json = JsonDocument.Parse(ReadBytes(stream, (int)length, "header"), new() { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind is not JsonValueKind.Object and var kind)
                throw new JsonException($"It is {kind.ToString().ToLowerInvariant()}.");

            Dictionary<string, string> metadata = [];
            List<(string Name, Entry Entry)> entries = [];
            foreach (var property in json.RootElement.EnumerateObject())
                if (property.NameEquals(MetadataKey))
                    metadata = property.Value.Deserialize(HeaderJson.Default.DictionaryStringString) ?? [];
                else
                    entries.Add((property.Name, ReadEntry(property.Name, property.Value)));
            if (metadata.FirstOrDefault(pair => pair.Value is null).Key is { } nullKey)
                throw new InvalidDataException($"The safetensors metadata holds null for '{nullKey}'.");
            // A damaged name must not make a file pass for one without a digest.
            if (!metadata.Remove(DigestKey, out var digest) && metadata.Values.Any(IsDigest))
                throw new InvalidDataException("The safetensors file is damaged: its digest has lost its name.");
            return new(metadata, Layout(entries), digest);
        }
        // Text that is no UTF-8 or UTF-16 is an InvalidOperationException.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"Not a safetensors file: its header is not the JSON it should be. {e.Message}", e);
        }
    }

    /// <summary>Reads what follows a header, and compares it with the digest.</summary>
    /// <inheritdoc cref="Read"/>
    internal static SafetensorsFile ReadTensors(Stream stream, SafetensorsHeader header)
    {
        var tensors = header.Tensors.Select(entry => new SafetensorsTensor(
            entry.Name, entry.Type, entry.Shape, ReadBytes(stream, entry.Bytes, $"tensor '{entry.Name}'"))).ToList();
        if (stream.ReadByte() >= 0)
            throw new InvalidDataException("The safetensors file is damaged: it goes on after its last tensor.");
        var file = new SafetensorsFile(tensors, header.Metadata);
        return header.Digest is null || header.Digest == Digest(file) ? file : throw new InvalidDataException(
            "The safetensors file is damaged: its contents are not those that its digest was made of.");
    }

    static bool IsDigest(string value) => value.StartsWith(DigestPrefix, StringComparison.Ordinal);

    static string Digest(SafetensorsFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Header(file, digest: null));
        foreach (var tensor in file.Tensors.Values)
            hash.AppendData(tensor.Data);
        return DigestPrefix + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static byte[] Header(SafetensorsFile file, string? digest)
    {
        var metadata = new SortedDictionary<string, string>(file.Metadata.ToDictionary(), StringComparer.Ordinal);
        if (digest is not null)
            metadata.Add(DigestKey, digest);

        var buffer = new ArrayBufferWriter<byte>();
        // Other programs read it as JSON, no browser as HTML.
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WritePropertyName(MetadataKey);
                JsonSerializer.Serialize(json, metadata, HeaderJson.Default.SortedDictionaryStringString);
            }
            var position = 0L;
            foreach (var tensor in file.Tensors.Values)
            {
                json.WritePropertyName(tensor.Name);
                JsonSerializer.Serialize(json, new($"{tensor.Type}", tensor.Shape, [position, position += tensor.Data.Length]), HeaderJson.Default.Entry);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    static Entry ReadEntry(string name, JsonElement json)
    {
        if (name.Length > MaxNameLength)
            throw new InvalidDataException($"A tensor has a name of {name.Length} characters; at most {MaxNameLength} are supported.");
        return json.Deserialize(HeaderJson.Default.Entry) is { Type: not null, Shape: not null, Offsets: [>= 0, >= 0] } entry
            ? entry
            : throw new InvalidDataException($"Tensor '{name}' needs a dtype, a shape and two data_offsets that are not negative.");
    }

    static List<SafetensorsHeader.Entry> Layout(List<(string Name, Entry Entry)> entries)
    {
        var position = 0L;
        var tensors = new List<SafetensorsHeader.Entry>(entries.Count);
        foreach (var (name, entry) in entries.OrderBy(pair => pair.Entry.Offsets[0]).ThenBy(pair => pair.Entry.Offsets[1]))
        {
            var (type, bytes) = CheckedSize(name, entry);
            if (entry.Offsets[0] != position)
                throw new InvalidDataException($"Tensor '{name}' begins at byte {entry.Offsets[0]} of the data, but the one before it ends at {position}: tensors must neither overlap nor leave gaps.");
            tensors.Add(new(name, type, entry.Shape, bytes));
            position = entry.Offsets[1];
        }
        return tensors;
    }

    static (SafetensorsType Type, int Bytes) CheckedSize(string name, Entry entry)
    {
        if (!Enum.TryParse<SafetensorsType>(entry.Type, out var type) || entry.Type != $"{type}")
            throw new InvalidDataException($"Tensor '{name}' is of the unknown type '{entry.Type[..Math.Min(entry.Type.Length, 20)]}'.");
        if (entry.Shape.Length > MaxDimensions)
            throw new InvalidDataException($"Tensor '{name}' has {entry.Shape.Length} dimensions; at most {MaxDimensions} are supported.");
        if (entry.Shape.Any(dimension => dimension < 0))
            throw new InvalidDataException($"Tensor '{name}' has a negative dimension.");

        var held = entry.Offsets[1] - entry.Offsets[0];
        try
        {
            var needed = entry.Shape.Aggregate((long)SafetensorsTensor.Size(type), (product, dimension) => checked(product * dimension));
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

    [JsonSourceGenerationOptions(AllowDuplicateProperties = false, RespectNullableAnnotations = true)]
    [JsonSerializable(typeof(Entry))]
    [JsonSerializable(typeof(Dictionary<string, string>))]
    [JsonSerializable(typeof(SortedDictionary<string, string>))]
    sealed partial class HeaderJson : JsonSerializerContext;
}
