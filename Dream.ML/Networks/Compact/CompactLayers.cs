using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary>What the network's parts share.</summary>
static class CompactLayers
{
    /// <summary>
    /// The same (B, C, h, w) tensor with the channels of a pixel side by side in memory. Convolutions keep that order, and
    /// on CPUs they take half the time with it.
    /// </summary>
    internal static Tensor ChannelsLast(Tensor x)
    {
        using var scope = NewDisposeScope();
        return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The layer in the precision asked for: weights stay 32 bits wide and are rounded for the call. The result has that precision too.
    /// </summary>
    internal static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias, ScalarType precision)
    {
        using var scope = NewDisposeScope();
        return nn.functional.conv2d(Rounded(x), Rounded(weight), bias is null ? null : Rounded(bias), padding: [1, 1]).MoveToOuterDisposeScope();

        Tensor Rounded(Tensor tensor) => tensor.to_type(precision);
    }

    /// <inheritdoc cref="Convolve(Tensor, Tensor, Tensor?, ScalarType)"/>
    internal static Tensor Convolve(this Conv2d layer, Tensor x, ScalarType precision) => Convolve(x, layer.weight, layer.bias, precision);

    /// <summary>The next layer's result. What it was made from is freed at once, where training does not need it.</summary>
    internal static Tensor Then(this Tensor x, Func<Tensor, Tensor> layer)
    {
        using (x)
            return layer(x);
    }

    internal static Tensor SiLU(Tensor x) => nn.functional.silu(x);

    /// <summary>Zero weights: a stack of blocks starts as the identity and trains at once.</summary>
    internal static Conv2d Zero(Conv2d layer)
    {
        nn.init.zeros_(layer.weight);
        nn.init.zeros_(layer.bias!);
        return layer;
    }

    /// <inheritdoc cref="Zero(Conv2d)"/>
    internal static Linear Zero(Linear layer)
    {
        nn.init.zeros_(layer.weight);
        nn.init.zeros_(layer.bias!);
        return layer;
    }
}
