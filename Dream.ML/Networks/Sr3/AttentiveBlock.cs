using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>A residual block, followed by attention where the resolution calls for it.</summary>
sealed class AttentiveBlock : nn.Module<Tensor, Tensor, Tensor>
{
    readonly ResidualBlock _residual;
    readonly SelfAttention? _attention;

    internal AttentiveBlock(long inChannels, long outChannels, bool withAttention, Sr3UNetSettings settings) : base(nameof(AttentiveBlock))
    {
        register_module("res_block", _residual = new(inChannels, outChannels, settings));
        if (withAttention)
            register_module("attn", _attention = new(outChannels, settings.NormGroups));
    }

    /// <summary>(B, C, H, W), (B, E) → (B, C′, H, W)</summary>
    public override Tensor forward(Tensor x, Tensor noise)
    {
        var y = _residual.forward(x, noise);
        if (_attention is null)
            return y;
        using (y)
            return _attention.forward(y);
    }
}
