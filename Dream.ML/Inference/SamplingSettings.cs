using System.Globalization;
using System.Text.Json.Serialization;
using Dream.ML.Diffusion.Sampling;
using Dream.ML.Imaging;
using Dream.ML.Networks;
using static Dream.ML.Numerics.Setting;

namespace Dream.ML.Inference;

/// <summary>
/// How a trained model upscales. Change a copy: <c>model.WithSampling(model.Sampling with { Steps = 8 })</c>.
/// </summary>
public sealed record SamplingSettings
{
    internal const long DefaultMaxOutputPixels = 400_000_000;

    // ML.NET keeps an image as one block of four bytes a pixel, and .NET no array above 2 GiB.
    const long MostOutputPixels = 500_000_000;
    const int MostSteps = 10_000;

    /// <summary>How noise is turned into detail.</summary>
    public required SamplerKind Sampler { get; init; }

    /// <summary>Network runs per image, up to 10,000; Compact also takes 0, its first guess alone.</summary>
    public required int Steps { get; init; }

    /// <summary>Randomness η of the DDIM sampler in [0, 1]: 0 is deterministic, 1 close to ancestral.</summary>
    public required double Eta { get; init; }

    /// <summary>Seed of the noise. The same image and seed give the same result.</summary>
    public required int Seed { get; init; }

    /// <summary>
    /// What the estimated noise is divided by, in [0.9, 1.1] (epsilon scaling, Ning et al. 2024). Networks overestimate
    /// the noise while sampling; with SR3 and many steps, values slightly above 1 are worth a try. Training with DREAM
    /// cures part of the same error.
    /// </summary>
    /// <value>1: no scaling.</value>
    public double EpsilonScaling { get; init; } = 1;

    /// <summary>
    /// Corrects the result so that, reduced bicubically, it agrees with the input: no colour casts, and closer to the
    /// original. It also brings back whatever noise and compression the input has.
    /// </summary>
    /// <value><c>true</c>.</value>
    public bool ColorFidelity { get; init; } = true;

    /// <summary>
    /// Largest result in pixels, from 1 to 500 million; larger ones are refused before any work. A matter of the
    /// machine: it is not saved with a model.
    /// </summary>
    /// <value>400 million.</value>
    [JsonIgnore]
    public long MaxOutputPixels { get; init; } = DefaultMaxOutputPixels;

    /// <exception cref="ArgumentOutOfRangeException">The message names the setting, its value and its range.</exception>
    internal void Validate(NetworkSettings network)
    {
        Require(Enum.IsDefined(Sampler),
            nameof(Sampler), Sampler, $"one of {string.Join(", ", Enum.GetNames<SamplerKind>())}");
        Require(Steps >= network.FewestSamplingSteps && Steps <= MostSteps,
            "SamplingSteps", Steps, $"from {network.FewestSamplingSteps} to {MostSteps} for this network");
        Require(Eta is >= 0 and <= 1, nameof(Eta), Eta, "in [0, 1]");
        Require(EpsilonScaling is >= 0.9 and <= 1.1, nameof(EpsilonScaling), EpsilonScaling, "in [0.9, 1.1]");
        Require(MaxOutputPixels is >= 1 and <= MostOutputPixels,
            nameof(MaxOutputPixels), MaxOutputPixels, "from 1 to 500,000,000");
    }

    /// <exception cref="InvalidOperationException">
    /// The image would become larger than <see cref="MaxOutputPixels"/>.
    /// </exception>
    internal void RequireAllowed(RgbImage image, long width, long height)
    {
        if (width * height > MaxOutputPixels)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The image of {image.Width}×{image.Height} pixels would become {width}×{height}, " +
                $"{width * height:N0} pixels; " +
                $"the limit is {MaxOutputPixels:N0}. Cut or reduce the image, or raise {nameof(MaxOutputPixels)} " +
                $"(up to {MostOutputPixels:N0})."));
    }
}
