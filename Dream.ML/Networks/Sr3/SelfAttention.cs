using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>Every pixel looks at every other: one head, on top of a skip connection.</summary>
sealed class SelfAttention : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "norm")]
    readonly GroupNorm _norm;
    [ComponentName(Name = "qkv")]
    readonly Conv2d _qkv;
    [ComponentName(Name = "out")]
    readonly Conv2d _out;

    internal SelfAttention(long channels, int groups) : base(nameof(SelfAttention))
    {
        _norm = nn.GroupNorm(groups, channels);
        _qkv = nn.Conv2d(channels, 3 * channels, 1, bias: false);
        _out = nn.Conv2d(channels, channels, 1);
        RegisterComponents();
    }

    internal static void Describe(WeightLayout layout, string name, long channels)
    {
        layout.AddNorm($"{name}.norm", channels);
        layout.AddConvolution($"{name}.qkv", channels, 3 * channels, 1, bias: false);
        layout.AddConvolution($"{name}.out", channels, channels, 1);
    }

    /// <summary>(B, C, H, W) → (B, C, H, W)</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var pixels = _norm.forward(x).flatten(2).transpose(1, 2); // (B, HW, C)
        // One head and contiguous rows: the form for which libtorch need not hold all (HW)² weights at once.
        var qkv = pixels.bmm(_qkv.weight.flatten(1).t().expand(x.shape[0], -1, -1)).unsqueeze(1).chunk(3, -1); // 3 × (B, 1, HW, C)
        var mixed = nn.functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]).squeeze(1); // softmax(q kᵀ / √C) v
        return Sr3Layers.MixChannels(mixed.transpose(1, 2), _out).view(x.shape).add_(x).MoveToOuterDisposeScope();
    }
}
