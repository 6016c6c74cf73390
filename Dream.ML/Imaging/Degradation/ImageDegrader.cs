using Dream.ML.Core;

namespace Dream.ML.Imaging.Degradation;

/// <summary>Makes low-resolution images as settings say: a function of the image's colors and a key.</summary>
sealed class ImageDegrader
{
    readonly DegradationSettings _settings;

    internal ImageDegrader(DegradationSettings settings) => _settings = settings;

    /// <summary>What is drawn, as counters of an image's or a stage's key. Last comes the order, with several.</summary>
    enum Draw : ulong
    {
        Size, Kernel, Blur, Noise, NoiseKey, Quality, Clean, HasBlur, HasNoise, HasCompression, Rings, IsCamera, IsGray, Order,
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
        return Degrade(high.CropColors(0, 0, width * scale, height * scale), width, height, key);
    }

    /// <summary>Reduces an image to a size. Opacity is left out.</summary>
    internal RgbImage Degrade(RgbImage image, int width, int height, ulong key)
    {
        image = Spoil(image, width, height, key);
        return _settings.MakesHoles
            ? UnknownColors.Fill(new RgbImage(width, height, image.Rgb) { Holes = RandomStrokes.Draw(width, height, _settings.HoleWidth, CounterRandom.Key(key, 0)) })
            : image;
    }

    RgbImage Spoil(RgbImage image, int width, int height, ulong key)
    {
        var scale = (double)image.Width / width;
        if (Happens(key, Draw.Clean, _settings.CleanShare))
            return BicubicResampler.Resize(image, width, height);
        for (int stage = 1; stage <= _settings.Stages; stage++)
        {
            var stageKey = CounterRandom.Key(key, (ulong)stage);
            var factor = stage == _settings.Stages ? 1 : Math.Pow(scale, Uniform(stageKey, Draw.Size, new(0, 1)));
            image = Stage(image, (int)(width * factor), (int)(height * factor), stage == 1 ? 1 : _settings.SecondStageStrength, stageKey);
        }
        return image;
    }

    RgbImage Stage(RgbImage image, int width, int height, double strength, ulong key)
    {
        Func<RgbImage, RgbImage>[] steps =
        [
            before => Happens(key, Draw.HasBlur, _settings.StepShare) ? Filter(before, strength, key) : before,
            before => Reduce(before, width, height, key),
            before => Happens(key, Draw.HasNoise, _settings.StepShare) ? AddNoise(before, strength, key) : before,
            before => _settings.JpegQuality is { } quality && Happens(key, Draw.HasCompression, _settings.StepShare)
                ? ImageFilters.Compress(before, (int)Math.Round(100 - strength * (100 - Uniform(key, Draw.Quality, quality))))
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

    RgbImage Filter(RgbImage image, double strength, ulong key) => Happens(key, Draw.Rings, _settings.RingingShare)
        ? ImageFilters.Ring(image, Uniform(key, Draw.Blur, new(1.0 / 3, 1)))
        : ImageFilters.Blur(image, strength * Uniform(key, Draw.Blur, _settings.BlurSigma));

    RgbImage Reduce(RgbImage image, int width, int height, ulong key)
    {
        var kernel = _settings.Kernel is ReductionKernel.Random
            ? (ReductionKernel)CounterRandom.Below(key, (ulong)Draw.Kernel, (int)ReductionKernel.Random)
            : _settings.Kernel;
        return kernel switch
        {
            ReductionKernel.Area => AreaResampler.Resize(image, width, height),
            ReductionKernel.Bilinear => ImageFilters.Mix(image, AxisWeights.Bilinear(image.Width, width), AxisWeights.Bilinear(image.Height, height)),
            ReductionKernel.Lanczos => ImageFilters.Mix(image, AxisWeights.Lanczos(image.Width, width), AxisWeights.Lanczos(image.Height, height)),
            _ => BicubicResampler.Resize(image, width, height),
        };
    }

    RgbImage AddNoise(RgbImage image, double strength, ulong key)
    {
        const double GrayShare = 0.3;
        var (sigma, field) = (strength * Uniform(key, Draw.Noise, _settings.NoiseSigma), CounterRandom.Key(key, (ulong)Draw.NoiseKey));
        return Happens(key, Draw.IsCamera, _settings.CameraNoiseShare)
            ? ImageFilters.AddCameraNoise(image, sigma, Happens(key, Draw.IsGray, GrayShare), field)
            : ImageFilters.AddNoise(image, sigma, field);
    }

    static bool Happens(ulong key, Draw draw, double share) => CounterRandom.Uniform(key, (ulong)draw, 0, 1) < share;

    static double Uniform(ulong key, Draw draw, DegradationRange range) =>
        CounterRandom.Uniform(key, (ulong)draw, range.Min, range.Max);
}
