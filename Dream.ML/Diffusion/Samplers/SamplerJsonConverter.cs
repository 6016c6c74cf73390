using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dream.ML.Diffusion.Samplers;

/// <summary>Samplers as their text.</summary>
sealed class SamplerJsonConverter : JsonConverter<Sampler>
{
    public override Sampler Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        try
        {
            return Sampler.Parse(reader.GetString() ?? "");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, Sampler value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
