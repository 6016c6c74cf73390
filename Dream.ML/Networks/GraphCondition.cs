using Dream.ML.Onnx;

namespace Dream.ML.Networks;

/// <summary>The graph's <see cref="Condition"/>.</summary>
/// <param name="InitialPrediction">The image that a signal of zero stands for, in the layout of the signal.</param>
/// <param name="Features">Adds what the denoiser reads of the image.</param>
sealed record GraphCondition(OnnxValue InitialPrediction, Func<OnnxValue> Features);
