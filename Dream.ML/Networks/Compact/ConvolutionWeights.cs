using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary>A 3×3 convolution.</summary>
/// <param name="Weight">(out, in, 3, 3)</param>
/// <param name="Bias">(out)</param>
readonly record struct ConvolutionWeights(Tensor Weight, Tensor Bias)
{
    public static implicit operator ConvolutionWeights(Conv2d layer) => new(layer.weight, layer.bias!);

    internal Tensor Convolve(Tensor x, ScalarType precision) => CompactLayers.Convolve(x, Weight, Bias, precision);
}
