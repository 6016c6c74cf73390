using Dream.ML.Core;

namespace Dream.ML.Networks.Engines;

/// <summary>A network at work, whatever computes it: all that upscaling needs. One call at a time.</summary>
interface INetworkEngine : IDisposable
{
    NetworkTraits Traits { get; }

    /// <summary>What a signal of 1 adds to the image.</summary>
    float SignalUnit { get; }

    /// <summary>Reads the image once, whatever the number of steps.</summary>
    /// <param name="image">(3, h, w) in [−1, 1], or (4, h, w) with a mask.</param>
    /// <param name="cancellation">Stops the work, where possible in the middle.</param>
    /// <returns>
    /// The condition: first the initial prediction in the layout of the signal, then
    /// <see cref="NetworkTraits.FeatureChannels"/> features; the caller's to dispose.
    /// </returns>
    FeatureMap Encode(FeatureMap image, CancellationToken cancellation);

    /// <summary>Estimates the clean signal x̂0, not clipped.</summary>
    /// <param name="noisy">y = g·x0 + √(1 − g²)·ε.</param>
    /// <param name="noiseLevel">g in (0, 1).</param>
    /// <param name="features">What <see cref="NetworkTraits.Features"/> tells of the condition from <see cref="Encode"/>.</param>
    /// <param name="cancellation">Stops the work, where possible in the middle.</param>
    /// <returns>x̂0, the caller's to dispose.</returns>
    FeatureMap Denoise(FeatureMap noisy, double noiseLevel, FeatureMap features, CancellationToken cancellation);

    /// <summary>The memory that a lack of is told, such as "The memory that this process may use".</summary>
    string Memory { get; }
}
