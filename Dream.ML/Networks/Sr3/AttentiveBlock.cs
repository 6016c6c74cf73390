using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>A residual block, followed by attention where the resolution calls for it.</summary>
sealed class AttentiveBlock : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "res_block")]
    readonly ResidualBlock _residual;
    [ComponentName(Name = "attn")]
    readonly SelfAttention? _attention;

    internal AttentiveBlock(long inChannels, long outChannels, bool withAttention, Sr3Settings settings) : base(nameof(AttentiveBlock))
    {
        _residual = new(inChannels, outChannels, settings);
        if (withAttention)
            _attention = new(outChannels, settings.NormGroups);
        RegisterComponents();
    }

    internal static void Describe(
        WeightLayout layout, string name, long inChannels, long outChannels, bool withAttention, Sr3Settings settings)
    {
        ResidualBlock.Describe(layout, $"{name}.res_block", inChannels, outChannels, settings);
        if (withAttention)
            SelfAttention.Describe(layout, $"{name}.attn", outChannels);
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
