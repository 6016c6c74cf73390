using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>What a training step feeds to the network and asks of it. Both are constants: no gradient flows into them.</summary>
/// <param name="Input">The noisy signal to give to the network, (B, ...).</param>
/// <param name="Target">What the network should answer, (B, ...).</param>
public readonly record struct RectifiedPair(Tensor Input, Tensor Target);
