using static TorchSharp.torch;

namespace Dream.ML.Networks;

/// <summary>What a network knows of the low-resolution image before it denoises.</summary>
/// <param name="InitialPrediction">The image that a signal of zero stands for, in the layout the network works in.</param>
/// <param name="Features">Features of the image, or <c>null</c>.</param>
sealed record Condition(Tensor InitialPrediction, Tensor? Features = null);
