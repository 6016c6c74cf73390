using System.Text.Json.Serialization;

namespace Dream.ML.Training.Reporting;

/// <summary>How metrics and the index of previews are written into a workspace.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DreamTrainingMetrics))]
[JsonSerializable(typeof(Preview))]
sealed partial class ReportJson : JsonSerializerContext;
