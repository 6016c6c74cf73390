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

    /// <summary>(B, C, H, W) → (B, C, H, W)</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (batch, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        // One head and contiguous rows: the form for which libtorch need not hold all (HW)² weights at once.
        var qkv = _qkv.forward(_norm.forward(x))
            .reshape(batch, 3, 1, channels, height * width)
            .transpose(3, 4).contiguous().unbind(1); // 3 × (B, 1, HW, C)
        // Copied: a mere view would hand the layers behind channels in an order that is slow for group norms.
        var mixed = nn.functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]) // softmax(q kᵀ / √C) v
            .transpose(2, 3).contiguous().view(batch, channels, height, width);
        return _out.forward(mixed).add_(x).MoveToOuterDisposeScope();
    }
}
