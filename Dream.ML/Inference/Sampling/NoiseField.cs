using System.Runtime.CompilerServices;
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

    internal NoiseField(int seed, IRgbImage image) => _key = image.Key(seed);

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
        // Unoptimized, the first image would take many times as long.
        AllCores.ForRanges(part.Channels * part.Height, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (first, end) =>
        {
            for (var i = first; i < end; i++)
            {
                var (channel, y) = Math.DivRem(i, part.Height);
                var row = part.Row(channel, y);
                var counter = ((ulong)channel * (ulong)wholeHeight + (ulong)(top + y)) * (ulong)wholeWidth + (ulong)left;
                for (var x = 0; x < row.Length; x++)
                    row[x] = CounterRandom.Normal(key, counter + (ulong)x);
            }
        });
    }
}
