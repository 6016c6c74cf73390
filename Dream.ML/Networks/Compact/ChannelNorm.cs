using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary>Normalizes every pixel over its channels: local, unlike group or batch normalization.</summary>
sealed class ChannelNorm : nn.Module<Tensor, Tensor>
{
    readonly Parameter weight;
    readonly Parameter bias;

    internal ChannelNorm(int channels) : base(nameof(ChannelNorm))
    {
        weight = nn.Parameter(ones(1, channels, 1, 1));
        bias = nn.Parameter(zeros(1, channels, 1, 1));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) // (B, C, H, W)
    {
        using var scope = NewDisposeScope();
        // With channels last this is one pass over the memory as it lies.
        return nn.functional.layer_norm(x.permute(0, 2, 3, 1), [x.shape[1]], weight.flatten(), bias.flatten())
            .permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
