using Dream.ML.Imaging;
using Dream.ML.Numerics;

namespace Dream.ML.Training;

/// <summary>
/// The photos that training draws from: high-resolution images with the low-resolution ones made from them by antialiased
/// bicubic reduction. Memory is bounded: beyond the budget a uniform random choice of the images is kept (reservoir sampling).
/// </summary>
sealed class TrainingImages
{
    const long ByteBudget = 1L << 30;

    readonly List<TrainingPair> _pairs = [];

    TrainingImages()
    {
    }

    internal IReadOnlyList<TrainingPair> Pairs => _pairs;

    /// <summary>Reads all images once.</summary>
    /// <param name="images">High-resolution images with the names that messages use.</param>
    /// <param name="scale">Output size over input size.</param>
    /// <param name="patchSize">Images smaller than this are left out, with a warning.</param>
    /// <param name="seed">Decides which images stay when memory does not hold them all.</param>
    /// <param name="warn">Receives one line per problem.</param>
    /// <exception cref="InvalidOperationException">No image can be used; the message says what was seen.</exception>
    internal static TrainingImages Collect(
        IEnumerable<(string Name, RgbImage Image)> images, int scale, int patchSize, int seed, Action<string> warn)
    {
        var result = new TrainingImages();
        var small = new List<string>();
        var (key, seen, bytes) = (CounterRandom.Key((ulong)seed), 0, 0L);
        foreach (var (name, image) in images)
        {
            if (Math.Min(image.Width, image.Height) < patchSize)
            {
                small.Add($"{name} ({image.Width}×{image.Height})");
                continue;
            }

            seen++;
            if (bytes < ByteBudget)
            {
                result._pairs.Add(TrainingPair.FromHighResolution(image, scale));
                bytes += image.Rgb.LongLength;
            }
            else if (CounterRandom.Below(key, (ulong)seen, seen) is var slot && slot < result._pairs.Count)
            {
                result._pairs[slot] = TrainingPair.FromHighResolution(image, scale);
            }
        }

        var named = string.Join(", ", small.Take(5)) + (small.Count > 5 ? $" and {small.Count - 5} more" : "");
        if (seen == 0)
            throw new InvalidOperationException(small.Count == 0
                ? "There is no image to train on: the data has no rows, or all its images are missing."
                : $"No image is large enough to train on: every one is smaller than the training patch of {patchSize}×{patchSize} pixels: {named}. Use larger images, or a smaller PatchSize.");
        if (small.Count > 0)
            warn($"Left out of training, smaller than the patch of {patchSize}×{patchSize} pixels: {named}.");
        if (result._pairs.Count < seen)
            warn($"Training keeps a random choice of {result._pairs.Count} of {seen} images, as many as fit {ByteBudget >> 20} MB.");
        return result;
    }
}
