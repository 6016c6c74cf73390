using Dream.ML.Imaging;
using Dream.ML.Numerics;
using static TorchSharp.torch;

namespace Dream.ML.Inference;

/// <summary>
/// The noise of one image: a function of (model seed, the image's pixels) and of the place in the whole image. Cut into
/// tiles or batched with other images it stays the same, so results do not depend on how an image was processed.
/// </summary>
sealed class NoiseField
{
    readonly ulong _key;

    internal NoiseField(int seed, RgbImage image) => _key = image.Key(seed);

    /// <summary>Standard normal noise for a part of the signal.</summary>
    /// <param name="draw">Number of the draw, as samplers count them.</param>
    /// <param name="whole">Signal shape of the whole image, (1, C, H, W).</param>
    /// <param name="left">First column wanted.</param>
    /// <param name="top">First row wanted.</param>
    /// <param name="width">Columns wanted.</param>
    /// <param name="height">Rows wanted.</param>
    /// <returns>(1, C, height, width) on the CPU.</returns>
    internal Tensor Cut(int draw, long[] whole, long left, long top, long width, long height)
    {
        var key = CounterRandom.Key(_key, (ulong)draw);
        var values = new float[whole[1] * height * width];
        Parallel.For(0, whole[1] * height, row =>
        {
            var (channel, y) = Math.DivRem(row, height);
            var counter = (ulong)(((channel * whole[2]) + top + y) * whole[3] + left);
            var target = values.AsSpan(checked((int)(row * width)), (int)width);
            for (var x = 0; x < target.Length; x++)
                target[x] = CounterRandom.Normal(key, counter + (ulong)x);
        });
        return tensor(values, [1, whole[1], height, width]);
    }
}
