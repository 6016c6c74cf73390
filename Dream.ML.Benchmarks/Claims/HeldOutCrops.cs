using Dream.ML.Evaluation;
using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Networks;
using Dream.ML.Training.Feeding;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>Random crops of photos that training never sees, of the size it trains on; the same for every run.</summary>
sealed class HeldOutCrops
{
    const int Seed = 1;

    readonly RgbImage[] _high;
    readonly RgbImage[] _low;

    internal HeldOutCrops(IPhotoSource photos, FeedSettings settings, int count)
    {
        using var feed = PatchFeed.Open(
            photos, settings with { Seed = Seed }, default, new("measuring", Console.Error.WriteLine), CancellationToken.None);
        _high = Array.ConvertAll(feed.Next(count), pair => pair.High);
        // Each crop is reduced by itself: only then is the original perfectly consistent.
        var side = settings.PatchSize / settings.Scale;
        _low = Array.ConvertAll(_high, crop => BicubicResampler.Resize(crop, side, side));
    }

    internal Quality Measure(SuperResolutionNetwork network, SamplingSettings sampling) =>
        Measure(new Upscaler(network, sampling).Upscale(_low, checkpoint: () => { }));

    internal Quality MeasureBicubic() =>
        Measure([.. _low.Zip(_high, (low, high) => BicubicResampler.Resize(low, high.Width, high.Height))]);

    Quality Measure(RgbImage[] results) => new(
        results.Zip(_high, (result, high) => PeakSignalToNoiseRatio.Compute(result, high)).Average(),
        results.Zip(_high, (result, high) => StructuralSimilarity.Compute(result, high)).Average(),
        results.Zip(_low, Consistency.Compute).Average(),
        // Of all crops together: a flat one alone has next to nothing to divide by.
        results.Sum(GradientEnergy) / _high.Sum(GradientEnergy));

    /// <summary>Sum of the squared differences between neighbouring pixels.</summary>
    static double GradientEnergy(RgbImage image)
    {
        var (energy, row) = (0.0, 3 * image.Width);
        for (var i = 0; i < image.Rgb.Length; i++)
        {
            if (i % row < row - 3)
                energy += Math.Pow(image.Rgb[i + 3] - image.Rgb[i], 2);
            if (i + row < image.Rgb.Length)
                energy += Math.Pow(image.Rgb[i + row] - image.Rgb[i], 2);
        }
        return energy;
    }
}
