using Dream.ML.Onnx;

namespace Dream.ML.Networks;

/// <summary>The graph's <see cref="Condition"/>.</summary>
sealed record GraphCondition(OnnxValue InitialPrediction, OnnxValue? Features = null);
