using System.Runtime.InteropServices;
using Dream.ML.Core;
using Dream.ML.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace Dream.ML.Inference;

/// <summary>
/// The noise of one image: a function of (model seed, the image's pixels) and of the place in the whole image. Cut into
/// tiles or batched with other images it stays the same, so results do not depend on how an image was processed.
/// </summary>
sealed class NoiseField
{
    // Lives for ever: see ImageTensors.
    static readonly Scalar MinusTwo = -2;

    readonly ulong _key;

    internal NoiseField(int seed, RgbImage image) => _key = image.Key(seed);

    /// <summary>Standard normal noise for a part of the signal.</summary>
    /// <param name="draw">Number of the draw, as samplers count them.</param>
    /// <param name="whole">Signal shape of the whole image, (1, C, H, W).</param>
    /// <param name="left">First column wanted.</param>
    /// <param name="top">First row wanted.</param>
    /// <param name="width">Columns wanted.</param>
    /// <param name="height">Rows wanted.</param>
    /// <returns>(1, C, height, width) on the CPU, the channels of a pixel side by side.</returns>
    internal Tensor Cut(int draw, long[] whole, int left, int top, int width, int height)
    {
        using var scope = NewDisposeScope();
        var key = CounterRandom.Key(_key, (ulong)draw);
        var (channels, plane) = ((int)whole[1], (ulong)(whole[2] * whole[3]));
        var (shares, angles) = (empty(1, height, width, channels), empty(1, height, width, channels));
        AllCores.For(height, y =>
        {
            var share = Row(shares, y);
            var angle = Row(angles, y);
            var counter = (ulong)((top + y) * whole[3] + left);
            for (var i = 0; i < share.Length; counter++)
                for (var c = 0; c < channels; c++, i++)
                    (share[i], angle[i]) = CounterRandom.UniformPair(key, counter + (ulong)c * plane);
        });
        // √(−2 ln u₁) · cos u₂ (Box and Muller 1958), by libtorch: a number at a time, noise takes twice as long.
        var values = shares.log_().mul_(MinusTwo).sqrt_().mul_(angles.cos_());
        return values.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    static Span<float> Row(Tensor values, int y) =>
        MemoryMarshal.Cast<byte, float>(values.bytes).Slice(y * (int)values.stride(1), (int)values.stride(1));
}
