namespace Dream.ML.Networks;

/// <summary>What upscaling needs to know of a network beside its weights. Images are (3, h, w) in [−1, 1].</summary>
sealed record NetworkTraits
{
    /// <summary>Output size over input size.</summary>
    internal required int Scale { get; init; }

    /// <summary>The noise levels that it is trained on.</summary>
    internal required NoiseSchedule NoiseSchedule { get; init; }

    /// <summary>Whether images come with a mask, a fourth channel: −1 in holes and 1 elsewhere.</summary>
    internal bool ReadsMask { get; init; }

    /// <summary>Channels of the low-resolution image.</summary>
    internal int ImageChannels => ReadsMask ? 4 : 3;

    /// <summary>Channels of the signal that it diffuses.</summary>
    internal required int SignalChannels { get; init; }

    /// <summary>Width of the signal over width of the low-resolution image: 1 or <see cref="Scale"/>.</summary>
    internal required int SignalScale { get; init; }

    /// <summary>Channels, of the low-resolution image's size, that its denoiser reads; 0 where it reads the initial prediction.</summary>
    internal int FeatureChannels { get; init; }

    /// <summary>Channels of the condition.</summary>
    internal int ConditionChannels => SignalChannels + FeatureChannels;

    /// <summary>What of the condition the denoiser reads: the first channel and how many.</summary>
    internal (int First, int Count) Features => FeatureChannels == 0 ? (0, SignalChannels) : (SignalChannels, FeatureChannels);

    /// <summary>Low-resolution width and height must be multiples of this.</summary>
    internal int SizeMultiple { get; init; } = 1;

    /// <summary>Whether an image is the initial prediction and what its signal adds; else the signal is the image.</summary>
    internal bool AddsToPrediction { get; init; } = true;

    /// <summary>What a clean signal is clipped to, in [−range, range].</summary>
    internal double SignalRange { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// How far around a pixel the network looks, or <c>null</c> when every pixel of the image matters to every other
    /// (attention, normalization over the image).
    /// </summary>
    internal ReceptiveField? ReceptiveField { get; init; }
}
