using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>
/// Doubles height and width by repeating pixels, then convolves 3×3. Of nine weights at most four meet different pixels:
/// the others are added up first, in a transposed convolution of stride 2 that gives the same in 4/9 of the multiplications.
/// </summary>
sealed class Upsample : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    readonly Conv2d _conv;

    internal Upsample(long channels) : base(nameof(Upsample))
    {
        _conv = nn.Conv2d(channels, channels, 3, padding: 1);
        RegisterComponents();
    }

    /// <summary>(B, C, H, W) → (B, C, 2H, 2W)</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        // k[t] = w[2 − t] + w[3 − t] along either axis, t = 0 … 3; outside 0 … 2 w is 0.
        var sums = ones(4, 3, device: x.device).triu(-1).tril().flip(1); // (4, 3)
        var weight = _conv.weight.transpose(0, 1).flatten(2).matmul(kron(sums, sums).t()).unflatten(2, 4, 4); // (C, C′, 4, 4)
        return nn.functional.conv_transpose2d(x, weight, _conv.bias, strides: [2, 2], padding: [1, 1]).MoveToOuterDisposeScope();
    }
}
