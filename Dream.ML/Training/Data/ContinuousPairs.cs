using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;
using Dream.ML.Networks.Implicit;

namespace Dream.ML.Training.Data;

/// <summary>
/// Training pairs of any factor from 1 to 8, made of high-resolution patches: what is low is as many pixels wide at every factor, so
/// that all updates cost the same.
/// </summary>
sealed class ContinuousPairs(DegradationSettings degradation, int patchSize)
{
    const int MaxScale = ImplicitSettings.MaxScale;

    readonly ImageDegrader _degrader = new(degradation);

    /// <summary>Those at which the network's units are measured.</summary>
    internal static IEnumerable<double> WholeFactors => Enumerable.Range(2, MaxScale - 1).Select(scale => (double)scale);

    /// <summary>
    /// Draws a factor. All whole parts are as likely; every other factor is whole, as most of those that are asked for, except
    /// at 1, where nothing would be to do.
    /// </summary>
    internal double Factor(ulong key)
    {
        var scale = 1 + CounterRandom.Below(key, 0, MaxScale);
        if (scale > 1 && CounterRandom.Below(key, 1, 2) == 0)
            return scale;
        // Low-resolution sides at which the factor's whole part is the scale.
        var side = patchSize / scale;
        var smallest = side * scale / (scale + 1) + 1;
        return (double)side * scale / (smallest + CounterRandom.Below(key, 2, Math.Max(1, side - smallest)));
    }

    /// <summary>A pair of a factor; the low-resolution side is stretched as <see cref="Inference.Magnification"/> would do it.</summary>
    internal TrainingPair Make(RgbImage patch, double factor, ulong key)
    {
        var scale = ScaleCoordinates.Whole(factor);
        var (side, part) = (patchSize / scale, patchSize / MaxScale);
        var high = patch.CropColors(0, 0, side * scale, side * scale);
        var reduced = (int)Math.Round(high.Width / factor);
        var low = BicubicResampler.Resize(_degrader.Degrade(high, reduced, reduced, key), side, side);
        // The middle: what is around it decides what reduction and interpolation make of it.
        var margin = (side - part) / 2;
        return new(
            low.CropColors(margin, margin, part, part),
            high.CropColors(margin * scale, margin * scale, part * scale, part * scale));
    }
}
