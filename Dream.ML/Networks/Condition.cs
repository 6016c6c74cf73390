using static TorchSharp.torch;

namespace Dream.ML.Networks;

/// <summary>What a network knows of the low-resolution image before it denoises.</summary>
/// <param name="Upsampled">The image enlarged by bicubic interpolation, in the layout the network works in.</param>
/// <param name="Features">Features of the image, or <c>null</c>.</param>
/// <param name="FirstGuess">A first prediction of what interpolation lacks, or <c>null</c>.</param>
sealed record Condition(Tensor Upsampled, Tensor? Features = null, Tensor? FirstGuess = null);
