using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Dream.ML.Core;
using Dream.ML.Imaging;

namespace Dream.ML.Inference.Sampling;

/// <summary>
/// The noise of one image: a function of (model seed, the image's pixels) and of the place in the whole image. Cut into
/// tiles it stays the same, so results do not depend on how an image was processed.
/// </summary>
sealed class NoiseField
{
    readonly ulong _key;

    internal NoiseField(int seed, RgbImage image) => _key = image.Key(seed);

    /// <summary>Standard normal noise for a part of the signal.</summary>
    /// <param name="draw">Number of the draw, as samplers count them: 0 is where they start, i + 1 is drawn after step i.</param>
    /// <param name="wholeWidth">Columns of the whole image's signal.</param>
    /// <param name="wholeHeight">Rows of the whole image's signal.</param>
    /// <param name="left">First column wanted.</param>
    /// <param name="top">First row wanted.</param>
    /// <param name="part">Receives the noise, for every channel of the signal.</param>
    internal void Cut(int draw, int wholeWidth, int wholeHeight, int left, int top, FeatureMap part)
    {
        var key = CounterRandom.Key(_key, (ulong)draw);
        AllCores.ForRanges(part.Channels * part.Height, (first, end) =>
        {
            // Functions of fewer numbers than a vector has are rounded otherwise.
            var (shares, angles) = (new float[Math.Max(part.Width, Vector512<float>.Count)], new float[Math.Max(part.Width, Vector512<float>.Count)]);
            for (var i = first; i < end; i++)
            {
                var (channel, y) = Math.DivRem(i, part.Height);
                var counter = ((ulong)channel * (ulong)wholeHeight + (ulong)(top + y)) * (ulong)wholeWidth + (ulong)left;
                for (var x = 0; x < shares.Length; x++)
                    (shares[x], angles[x]) = CounterRandom.UniformPair(key, counter + (ulong)x);
                // √(−2 ln u₁) · cos u₂ (Box and Muller 1958)
                TensorPrimitives.Log<float>(shares, shares);
                TensorPrimitives.Multiply(shares, -2, shares);
                TensorPrimitives.Sqrt<float>(shares, shares);
                TensorPrimitives.Cos<float>(angles, angles);
                TensorPrimitives.Multiply<float>(shares, angles, shares);
                shares.AsSpan(0, part.Width).CopyTo(part.Row(channel, y));
            }
        });
    }
}
