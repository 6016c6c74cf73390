using System.Text.Json.Serialization;
using Dream.ML.Training;

namespace Dream.ML.Reporting;

/// <summary>How metrics and the index of previews are written into a workspace.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DreamTrainingMetrics))]
[JsonSerializable(typeof(Preview))]
sealed partial class ReportJson : JsonSerializerContext;
