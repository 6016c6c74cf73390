using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary>Normalises every pixel over its channels: local, unlike group or batch normalisation.</summary>
sealed class ChannelNorm : nn.Module<Tensor, Tensor>
{
    const double Epsilon = 1e-5;

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
        var centred = x - x.mean([1], keepdim: true);
        var scale = (centred.square().mean([1], keepdim: true) + Epsilon).rsqrt();
        return addcmul(bias, centred * scale, weight, 1).MoveToOuterDisposeScope();
    }
}
