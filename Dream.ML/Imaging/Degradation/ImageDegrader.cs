using Dream.ML.Numerics;

namespace Dream.ML.Imaging.Degradation;

/// <summary>Makes low-resolution images as settings say: a function of the image's colours and a key.</summary>
sealed class ImageDegrader
{
    readonly DegradationSettings _settings;

    internal ImageDegrader(DegradationSettings settings)
    {
        settings.Validate();
        _settings = settings;
    }

    /// <summary>What is drawn in a stage, as counters of its key. Last comes the order, with several.</summary>
    enum Draw : ulong
    {
        Size,
        Kernel,
        Blur,
        Noise,
        NoiseField,
        Quality,
        Order,
    }

    /// <summary>Reduces an image, first cropped to a multiple of the scale. Opacity is left out.</summary>
    /// <exception cref="ArgumentException">The image is smaller than the scale.</exception>
    internal RgbImage Degrade(RgbImage high, int scale, ulong key)
    {
        var (width, height) = (high.Width / scale, high.Height / scale);
        if (width == 0 || height == 0)
            throw new ArgumentException(
                $"An image of {high.Width}×{high.Height} pixels is too small to be reduced {scale} times.",
                nameof(high));

        var image = high.CropColours(0, 0, width * scale, height * scale);
        for (int stage = 1; stage <= _settings.Stages; stage++)
        {
            var stageKey = CounterRandom.Key(key, (ulong)stage);
            var factor = stage == _settings.Stages ? 1 : Math.Pow(scale, Uniform(stageKey, Draw.Size, new(0, 1)));
            image = Stage(image, (int)(width * factor), (int)(height * factor), stageKey);
        }
        return image;
    }

    RgbImage Stage(RgbImage image, int width, int height, ulong key)
    {
        Func<RgbImage, RgbImage>[] steps =
        [
            before => ImageFilters.Blur(before, Uniform(key, Draw.Blur, _settings.BlurSigma)),
            before => UsesArea(key)
                ? AreaResampler.Resize(before, width, height)
                : BicubicResampler.Resize(before, width, height),
            before => ImageFilters.AddNoise(
                before, Uniform(key, Draw.Noise, _settings.NoiseSigma), CounterRandom.Key(key, (ulong)Draw.NoiseField)),
            before => _settings.JpegQuality is { } quality
                ? ImageFilters.Compress(before, (int)Math.Round(Uniform(key, Draw.Quality, quality)))
                : before,
        ];
        // Fisher and Yates
        for (int i = _settings.RandomOrder ? steps.Length - 1 : 0; i > 0; i--)
        {
            int other = CounterRandom.Below(key, (ulong)Draw.Order + (ulong)i, i + 1);
            (steps[i], steps[other]) = (steps[other], steps[i]);
        }
        return steps.Aggregate(image, (before, step) => step(before));
    }

    bool UsesArea(ulong key) => _settings.Kernel == ReductionKernel.Area
        || _settings.Kernel == ReductionKernel.Random && CounterRandom.Below(key, (ulong)Draw.Kernel, 2) == 1;

    static double Uniform(ulong key, Draw draw, DegradationRange range) =>
        CounterRandom.Uniform(key, (ulong)draw, range.Min, range.Max);
}
