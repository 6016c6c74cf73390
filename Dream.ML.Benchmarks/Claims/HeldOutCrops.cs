using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Networks;
using Dream.ML.Networks.Engines;
using Dream.ML.Training.Data;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>Random crops of photos that training never sees, of the size it trains on; the same for every run.</summary>
sealed class HeldOutCrops
{
    const int Seed = 1;

    readonly RgbImage[] _high;
    readonly RgbImage[] _low;
    readonly Lpips? _lpips;

    internal HeldOutCrops(IPhotoSource photos, DataSettings settings, int count, Lpips? lpips)
    {
        _lpips = lpips;
        using var feed = PatchDataset.Open(
            photos, settings with { Seed = Seed }, default, new("measuring", Console.Error.WriteLine), CancellationToken.None);
        _high = Array.ConvertAll(feed.Next(count), pair => pair.High);
        // Each crop is reduced by itself: only then is the original perfectly consistent.
        var side = settings.PatchSize / settings.Scale;
        _low = Array.ConvertAll(_high, crop => BicubicResampler.Resize(crop, side, side));
    }

    internal Quality Measure(SuperResolutionNetwork network, SamplingSettings sampling) =>
        Measure(Array.ConvertAll(_low, low => new Upscaler(new TorchEngine(network, owns: false), sampling).Upscale(low)));

    internal Quality MeasureBicubic() =>
        Measure([.. _low.Zip(_high, (low, high) => BicubicResampler.Resize(low, high.Width, high.Height))]);

    Quality Measure(RgbImage[] results) => new(
        results.Zip(_high, (result, high) => PeakSignalToNoiseRatio.Compute(result, high)).Average(),
        results.Zip(_high, (result, high) => StructuralSimilarity.Compute(result, high)).Average(),
        results.Zip(_low, Consistency.Compute).Average(),
        results.Zip(_high, (result, high) => SharpnessRatio.Compute(result, high)).Average(),
        _lpips is null ? null : results.Zip(_high, _lpips.Compute).Average());
}
