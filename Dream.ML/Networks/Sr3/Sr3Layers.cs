using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Dream.ML.Networks.Sr3;

/// <summary>The small building parts of the U-Net; the names of their children are those of published checkpoints.</summary>
static class Sr3Layers
{
    internal static Sequential NormSwishConv(long inChannels, long outChannels, int groups, double dropout) =>
        Sequential(("block", Sequential(
            ("0", GroupNorm(groups, inChannels)),
            ("1", SiLU()),
            ("2", new Dropout(dropout)),
            ("3", Conv2d(inChannels, outChannels, 3, padding: 1)))));

    internal static void DescribeNormSwishConv(WeightLayout layout, string name, long inChannels, long outChannels)
    {
        layout.AddNorm($"{name}.block.0", inChannels);
        layout.AddConvolution($"{name}.block.3", inChannels, outChannels, 3);
    }

    internal static Sequential Downsample(long channels) =>
        Sequential(("conv", Conv2d(channels, channels, 3, stride: 2, padding: 1)));

    /// <summary>
    /// A 1×1 convolution with bias as products of matrices, W·x + b: (B, C, HW) → (B, C′, HW). libtorch's own copies x into
    /// an order of channels that suits it, and the result back.
    /// </summary>
    internal static Tensor MixChannels(Tensor x, Conv2d layer) =>
        layer.weight.flatten(1).expand(x.shape[0], -1, -1).bmm(x).add_(layer.bias!.unsqueeze(1));
}
