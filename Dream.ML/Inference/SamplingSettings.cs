using System.Globalization;
using System.Text.Json.Serialization;
using Dream.ML.Networks;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>
/// How a trained model upscales. Change a copy: <c>model.WithSampling(model.Sampling with { Steps = 8 })</c>.
/// </summary>
public sealed record SamplingSettings
{
    internal const long DefaultMaxOutputPixels = 400_000_000;
    internal const int MinMemoryBudgetMB = 16;

    // ML.NET keeps an image as one block of four bytes a pixel, and .NET no array above 2 GiB.
    const long LargestMaxOutputPixels = 500_000_000;
    const int MaxSteps = 10_000;

    /// <summary>How noise is turned into detail.</summary>
    public required SamplerKind Sampler { get; init; }

    /// <summary>Network runs per image, up to 10,000; Compact also takes 0, its initial prediction alone.</summary>
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
    /// From fidelity to detail, in [0, 1]. From 0.5 down to 0 the result nears the network's initial prediction, the closest to
    /// the original pixel by pixel (Compact only: SR3 makes none); from 0.5 up to 1, what the network adds to bicubic
    /// interpolation grows to twice its size: sharper, and further from the original.
    /// </summary>
    /// <value>0.5: as the network samples.</value>
    public double Detail { get; init; } = 0.5;

    /// <summary>
    /// Corrects the result so that, reduced bicubically, it agrees with the input: no color casts, and closer to the
    /// original. It also brings back whatever noise and compression the input has.
    /// </summary>
    /// <value><c>true</c>.</value>
    public bool ColorFidelity { get; init; } = true;

    /// <summary>
    /// Output size over input size, above 0 and up to 100: what differs from the model's own scale is resized from its
    /// result, antialiased.
    /// </summary>
    /// <value><c>null</c>: the model's scale, or what <see cref="TargetWidth"/> and <see cref="TargetHeight"/> say.</value>
    public double? OutputScale { get; init; }

    /// <summary>Width of every result in pixels, at least 1; without a <see cref="TargetHeight"/> the aspect ratio stays.</summary>
    /// <value><c>null</c>: follows from <see cref="TargetHeight"/> or the scale.</value>
    public int? TargetWidth { get; init; }

    /// <summary>Height of every result in pixels, at least 1; without a <see cref="TargetWidth"/> the aspect ratio stays.</summary>
    /// <value><c>null</c>: follows from <see cref="TargetWidth"/> or the scale.</value>
    public int? TargetHeight { get; init; }

    /// <summary>
    /// Largest result in pixels, from 1 to 500 million; larger ones are refused before any work. A matter of the
    /// machine: it is not saved with a model.
    /// </summary>
    /// <value>400 million.</value>
    [JsonIgnore]
    public long MaxOutputPixels { get; init; } = DefaultMaxOutputPixels;

    /// <summary>
    /// Memory for upscaling an image, in megabytes from 16 to 1 million, beside the model and 16 bytes for each pixel of the
    /// result. It decides how large the tiles are (<see cref="TilingPlan"/>), not what comes out; Compact keeps to it, SR3's
    /// tiles are always the same. A matter of the machine: it is not saved with a model.
    /// </summary>
    /// <value><c>null</c>: a quarter of the memory that the process may use, from 256 to 2,048.</value>
    [JsonIgnore]
    public int? MemoryBudgetMB { get; init; }

    /// <summary>How often the network really runs: without detail the initial prediction is the result.</summary>
    internal int NetworkRuns => Detail == 0 ? 0 : Steps;

    /// <param name="network">The network to sample from.</param>
    /// <param name="stepsName">What the caller calls <see cref="Steps"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The message names the setting, its value and its range.</exception>
    internal void Validate(NetworkSettings network, string stepsName = nameof(Steps))
    {
        Require(Enum.IsDefined(Sampler),
            nameof(Sampler), Sampler, $"one of {string.Join(", ", Enum.GetNames<SamplerKind>())}");
        Require(Steps >= network.MinSamplingSteps && Steps <= MaxSteps,
            stepsName, Steps, $"from {network.MinSamplingSteps} to {MaxSteps} for this network");
        Require(Eta is >= 0 and <= 1, nameof(Eta), Eta, "in [0, 1]");
        Require(EpsilonScaling is >= 0.9 and <= 1.1, nameof(EpsilonScaling), EpsilonScaling, "in [0.9, 1.1]");
        Require(Detail >= (network.MakesInitialPrediction ? 0 : 0.5) && Detail <= 1,
            nameof(Detail), Detail, network.MakesInitialPrediction ? "in [0, 1]" : "in [0.5, 1] for this network");
        Require(OutputScale is null or > 0 and <= 100, nameof(OutputScale), OutputScale, "above 0 and at most 100, or null");
        Require(OutputScale is null || (TargetWidth ?? TargetHeight) is null,
            nameof(OutputScale), OutputScale, $"null when {nameof(TargetWidth)} or {nameof(TargetHeight)} is set");
        Require(TargetWidth is null or >= 1, nameof(TargetWidth), TargetWidth, "at least 1, or null");
        Require(TargetHeight is null or >= 1, nameof(TargetHeight), TargetHeight, "at least 1, or null");
        Require(MaxOutputPixels is >= 1 and <= LargestMaxOutputPixels,
            nameof(MaxOutputPixels), MaxOutputPixels, "from 1 to 500,000,000");
        Require(MemoryBudgetMB is null or >= MinMemoryBudgetMB and <= 1_000_000,
            nameof(MemoryBudgetMB), MemoryBudgetMB, "from 16 to 1,000,000, or null");
    }

    /// <summary>The size of an image's result from a model of that scale.</summary>
    internal (long Width, long Height) OutputSize(int width, int height, int scale)
    {
        var factor = OutputScale ?? scale;
        return (
            TargetWidth ?? Round(TargetHeight is { } high ? (double)width * high / height : width * factor),
            TargetHeight ?? Round(TargetWidth is { } wide ? (double)height * wide / width : height * factor));

        static long Round(double side) => Math.Max(1, (long)Math.Round(side));
    }

    /// <summary>Why an image of that size cannot become one of the other, and what to do; <c>null</c> where it can.</summary>
    internal (string Cause, string Cure)? SizeProblem(int width, int height, long resultWidth, long resultHeight)
    {
        // A narrow image of a wide target may have more pixels than a long counts.
        var pixels = (decimal)resultWidth * resultHeight;
        return pixels <= MaxOutputPixels ? null : (
            string.Create(CultureInfo.InvariantCulture,
                $"The image of {width}×{height} pixels would become {resultWidth}×{resultHeight}, " +
                $"{pixels:N0} pixels; the limit is {MaxOutputPixels:N0}."),
            string.Create(CultureInfo.InvariantCulture,
                $"Cut or reduce the image, or raise {nameof(MaxOutputPixels)} (up to {LargestMaxOutputPixels:N0})."));
    }
}
