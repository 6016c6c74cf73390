using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Dream.ML.Core;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>
/// Sets a share p of the values to zero while training, and divides the others by 1 − p. On CPUs libtorch's own draws 64 random
/// bits for each value, one after the other on one core; 16 are enough (p to within 10⁻⁵), and a simpler generator draws them
/// in a fraction of the time.
/// </summary>
sealed class Dropout(double probability) : nn.Module<Tensor, Tensor>(nameof(Dropout))
{
    const int ValuesPerDraw = sizeof(ulong) / sizeof(short);

    /// <summary>Any shape; what is dropped follows from <see cref="StepRandom"/>.</summary>
    public override Tensor forward(Tensor x)
    {
        if (!training || probability == 0)
            return x.alias();
        var key = StepRandom.Next();
        if (x.device_type != TorchSharp.DeviceType.CPU)
        {
            cuda.manual_seed_all((long)key);
            return nn.functional.dropout(x, probability, training: true);
        }

        using var scope = NewDisposeScope();
        var count = x.numel();
        var factors = empty((count + ValuesPerDraw - 1) / ValuesPerDraw * ValuesPerDraw, dtype: float32);
        var draws = MemoryMarshal.Cast<byte, Vector128<float>>(factors.bytes);
        var kept = Vector128.Create((float)(1 / (1 - probability)));
        // Uniform in −2¹⁵ … 2¹⁵ − 1: a share p is below −2¹⁵ + 2¹⁶·p.
        var least = Vector128.Create((int)Math.Round(short.MinValue + probability * (1 << 16)));
        for (var i = 0; i < draws.Length; i++)
        {
            var uniform = Vector128.WidenLower(Vector128.CreateScalarUnsafe(CounterRandom.Bits(key, (ulong)i)).AsInt16());
            draws[i] = Vector128.GreaterThanOrEqual(uniform, least).AsSingle() & kept;
        }
        return (x * factors[..(int)count].view(x.shape).to(x.dtype)).MoveToOuterDisposeScope();
    }
}
