using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>
/// Sets a share p of the values to zero while training, and divides the others by 1 − p. libtorch's own draws 64 random bits for
/// each value, one after the other on one core; 16 are enough (p to within 10⁻⁵), so that it takes a quarter of the draws.
/// </summary>
sealed class Dropout(double probability) : nn.Module<Tensor, Tensor>(nameof(Dropout))
{
    static readonly long[] Shifts = [0, 16, 32, 48];

    /// <summary>Any shape; from libtorch's global generator of the device.</summary>
    public override Tensor forward(Tensor x)
    {
        if (!training || probability == 0)
            return x.alias();
        using var scope = NewDisposeScope();
        var draws = randint(long.MinValue, long.MaxValue, [(x.numel() + Shifts.Length - 1) / Shifts.Length, 1], dtype: int64, device: x.device);
        var bits = draws.bitwise_right_shift(tensor(Shifts, device: x.device)).bitwise_and(0xFFFF); // (n/4, 4), 0 … 2¹⁶ − 1
        var kept = bits.flatten()[..(int)x.numel()].view(x.shape).ge(probability * (1 << 16)).to(x.dtype);
        return (x * kept.mul_(1 / (1 - probability))).MoveToOuterDisposeScope();
    }
}
