using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Dream.ML.IO;

namespace Dream.ML.Networks.Implicit;

/// <summary>
/// The weights that <see cref="ImplicitNetwork"/> has at a scale, as those of a Compact network: upscaling needs no libtorch to
/// compute them, and is as fast as with a network of that scale alone.
/// </summary>
sealed class ScaledWeights(ImplicitSettings settings, IReadOnlyList<SafetensorsTensor> weights)
{
    readonly Dictionary<string, SafetensorsTensor> _weights = weights.ToDictionary(weight => weight.Name);

    int Channels => settings.Channels;

    internal IReadOnlyList<SafetensorsTensor> At(double factor)
    {
        var scale = ScaleCoordinates.Whole(factor);
        var (places, pixels) = (ScaleCoordinates.Places(factor), 3 * scale * scale);
        List<SafetensorsTensor> made =
        [
            Tensor("encoder_in.weight", FromPixels("encoder_in", places, 1f / (scale * scale)), Channels, pixels, 3, 3),
            _weights["encoder_bias"] with { Name = "encoder_in.bias" },
            .. ToPixels("guess", places, pixels),
            Tensor("denoiser_in.weight", Joined(FromPixels("signal_in", places, 1f / scale), Values("features_in.weight")), Channels, pixels + Channels, 3, 3),
            _weights["features_in.bias"] with { Name = "denoiser_in.bias" },
            .. ToPixels("denoiser_out", places, pixels),
            Tensor("residual_spread", [Spread(factor)], 1),
        ];
        var level = SiLU(Linear("scale_level.2", SiLU(Linear("scale_level.0", ScaleCoordinates.Scale(factor)))));
        for (var block = 0; block < settings.EncoderBlocks; block++)
            made.AddRange(Modulated($"encoder.{block}", level));
        return [.. made, .. weights.Where(weight =>
            weight.Name.StartsWith("noise_level.") || weight.Name.StartsWith("denoiser.") || weight.Name.StartsWith("encoder.") && weight.Name.Contains(".conv"))];
    }

    /// <summary>The norm's own scale and shift take in the level's: w·(1 + a), b·(1 + a) + c.</summary>
    IEnumerable<SafetensorsTensor> Modulated(string block, float[] level)
    {
        var modulation = Linear($"{block}.modulation", level);
        var (weight, bias) = (new float[Channels], new float[Channels]);
        TensorPrimitives.Add(modulation.AsSpan(0, Channels), 1, weight);
        TensorPrimitives.MultiplyAdd(Values($"{block}.norm.bias"), weight, modulation.AsSpan(Channels), bias);
        TensorPrimitives.Multiply(Values($"{block}.norm.weight"), weight, weight);
        return [Tensor($"{block}.norm.weight", weight, 1, Channels, 1, 1), Tensor($"{block}.norm.bias", bias, 1, Channels, 1, 1)];
    }

    /// <summary>As <see cref="KernelGenerator.ToPixels"/>.</summary>
    SafetensorsTensor[] ToPixels(string name, float[] places, int pixels)
    {
        var (kernels, length) = (Kernels(name, places), 9 * Channels);
        return [
            Tensor($"{name}.weight", [.. kernels.SelectMany(kernel => kernel[..length])], pixels, Channels, 3, 3),
            Tensor($"{name}.bias", [.. kernels.Select(kernel => kernel[length])], pixels)];
    }

    /// <summary>As <see cref="KernelGenerator.FromPixels"/>.</summary>
    float[] FromPixels(string name, float[] places, float gain)
    {
        var kernels = Kernels(name, places);
        return [.. from channel in Enumerable.Range(0, Channels) from kernel in kernels from value in kernel[(9 * channel)..(9 * channel + 9)] select value * gain];
    }

    /// <summary>(3·s², 9·C + 1), color by color.</summary>
    float[][] Kernels(string name, float[] places)
    {
        var length = 9 * Channels + 1;
        float[][] values = [.. places.Chunk(ScaleCoordinates.OfPlace).Select(place =>
        {
            var kernel = Linear($"{name}.kernel", SiLU(Linear($"{name}.layers.2", SiLU(Linear($"{name}.layers.0", place)))));
            TensorPrimitives.Divide(kernel, MathF.Sqrt(KernelGenerator.HiddenChannels), kernel);
            return kernel;
        })];
        return [.. from color in Enumerable.Range(0, 3) from value in values select value[(color * length)..((color + 1) * length)]];
    }

    float Spread(double factor)
    {
        var spreads = Values("residual_spreads");
        var scale = ScaleCoordinates.Whole(factor);
        return float.Lerp(spreads[scale - 1], spreads[Math.Min(scale, spreads.Length - 1)], (float)(factor - scale));
    }

    float[] Linear(string name, float[] x)
    {
        var weight = Values($"{name}.weight");
        var bias = Values($"{name}.bias");
        var y = new float[bias.Length];
        for (var i = 0; i < y.Length; i++)
            y[i] = TensorPrimitives.Dot(weight.Slice(i * x.Length, x.Length), x) + bias[i];
        return y;
    }

    /// <summary>x·σ(x), in place.</summary>
    static float[] SiLU(float[] x)
    {
        var gate = new float[x.Length];
        TensorPrimitives.Sigmoid(x, gate);
        TensorPrimitives.Multiply(x, gate, x);
        return x;
    }

    /// <summary>(C, a, 3, 3) and (C, b, 3, 3) to (C, a + b, 3, 3).</summary>
    float[] Joined(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var (a, b) = (first.Length / Channels, second.Length / Channels);
        var joined = new float[first.Length + second.Length];
        for (var channel = 0; channel < Channels; channel++)
        {
            first.Slice(channel * a, a).CopyTo(joined.AsSpan(channel * (a + b)));
            second.Slice(channel * b, b).CopyTo(joined.AsSpan(channel * (a + b) + a));
        }
        return joined;
    }

    ReadOnlySpan<float> Values(string name) => MemoryMarshal.Cast<byte, float>(_weights[name].Data);

    static SafetensorsTensor Tensor(string name, float[] values, params long[] shape) =>
        new(name, SafetensorsType.F32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
