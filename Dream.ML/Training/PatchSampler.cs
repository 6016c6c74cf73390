using Dream.ML.Imaging;
using Dream.ML.Numerics;

namespace Dream.ML.Training;

/// <summary>Cuts random training patches: which image, where, and how turned, all decided by (seed, sample number).</summary>
sealed class PatchSampler(TrainingImages images, int scale, int patchSize, int seed)
{
    /// <summary>Sizes of a patch in low-resolution pixels.</summary>
    readonly int _low = patchSize / scale;

    /// <summary>The patches numbered from <paramref name="first"/>.</summary>
    internal (RgbImage[] Low, RgbImage[] High) Batch(long first, int count)
    {
        var (low, high) = (new RgbImage[count], new RgbImage[count]);
        for (var i = 0; i < count; i++)
        {
            var key = CounterRandom.Key((ulong)seed, (ulong)(first + i));
            var pair = images.Pairs[CounterRandom.Below(key, 0, images.Pairs.Count)];
            var left = CounterRandom.Below(key, 1, pair.Low.Width - _low + 1);
            var top = CounterRandom.Below(key, 2, pair.Low.Height - _low + 1);
            var turn = CounterRandom.Below(key, 3, 8);
            low[i] = Cut(pair.Low, left, top, _low, turn);
            high[i] = Cut(pair.High, left * scale, top * scale, _low * scale, turn);
        }
        return (low, high);
    }

    /// <summary>A square patch in one of the eight orientations of a square: bit 0 mirrors x, bit 1 mirrors y, bit 2 swaps the axes.</summary>
    static RgbImage Cut(RgbImage image, int left, int top, int size, int turn)
    {
        var rgb = new byte[3 * size * size];
        for (var (y, target) = (0, 0); y < size; y++)
            for (var x = 0; x < size; x++, target += 3)
            {
                var (u, v) = (turn & 4) == 0 ? (x, y) : (y, x);
                u = (turn & 1) == 0 ? u : size - 1 - u;
                v = (turn & 2) == 0 ? v : size - 1 - v;
                var source = 3 * ((top + v) * image.Width + left + u);
                (rgb[target], rgb[target + 1], rgb[target + 2]) = (image.Rgb[source], image.Rgb[source + 1], image.Rgb[source + 2]);
            }
        return new(size, size, rgb);
    }
}
