using System.Text.Json.Serialization;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>How protocol and measurements are written.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Measurement))]
[JsonSerializable(typeof(Protocol))]
sealed partial class ClaimsJson : JsonSerializerContext;
