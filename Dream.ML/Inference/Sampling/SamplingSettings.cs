using System.Globalization;
using System.Text.Json.Serialization;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>
/// How a trained model upscales. Change a copy: <c>model.WithSampling(model.Sampling with { Steps = 8 })</c>.
/// </summary>
public sealed record SamplingSettings
{
    internal const int MinMemoryBudgetMB = 16;

    // ML.NET keeps an image as one block of four bytes a pixel, and .NET no array above 2 GiB.
    const long LargestMaxOutputPixels = 500_000_000;

    /// <summary>How noise is turned into detail.</summary>
    /// <value>A deterministic <see cref="Ddim"/>.</value>
    public Sampler Sampler { get; init => field = NotNull(value); } = new Ddim();

    /// <summary>
    /// Network runs per image, up to 10,000. Compact also takes 0: its initial prediction alone, closest to the original
    /// pixel by pixel; 1 is as good as 2 to 4, and more trade closeness for a little detail. Time grows with them.
    /// </summary>
    /// <value><c>null</c>: the model's own; of a new one, 1 for Compact and 100 for SR3.</value>
    public int? Steps { get; init => field = InRange(value, 0, 10_000); }

    /// <summary>Seed of the noise. The same image and seed give the same result.</summary>
    /// <value><c>null</c>: the model's own; of a new one, the seed of training.</value>
    public int? Seed { get; init; }

    /// <summary>
    /// What the estimated noise is divided by, in [0.9, 1.1] (epsilon scaling, Ning et al. 2024). Networks that predict the
    /// noise overestimate it while sampling; with SR3 and many steps, values slightly above 1 are worth a try. Training with
    /// DREAM cures part of the same error. Compact, which predicts the picture, only becomes noisy.
    /// </summary>
    /// <value>1: no scaling.</value>
    public double EpsilonScaling { get; init => field = InRange(value, 0.9, 1.1); } = 1;

    /// <summary>
    /// From fidelity to detail, in [0, 1]. From 0.5 down to 0 the result nears the network's initial prediction, the closest to
    /// the original pixel by pixel (Compact only: SR3 makes none); from 0.5 up to 1, what is finer than the input's pixels grows
    /// to twice its size: sharper, and further from the original. <see cref="SamplingPresets"/> are three such choices.
    /// </summary>
    /// <value>0.5: as the network samples.</value>
    public double Detail { get; init => field = InRange(value, 0, 1); } = 0.5;

    /// <summary>
    /// Corrects the result so that, reduced bicubically, it agrees with the input: no color casts, and closer to the
    /// original. It also brings back whatever noise and compression the input has.
    /// </summary>
    /// <value>
    /// <c>null</c>: the model's own; of a new one, on where training makes its input by
    /// <see cref="DegradationSettings.Bicubic"/>. With another degradation or real pairs the network learns to improve its
    /// input, which agreement with it would undo.
    /// </value>
    public bool? ColorFidelity { get; init; }

    /// <summary>
    /// Output size over input size, from 0.01 to 100: what differs from the model's own scale is resized from its
    /// result, antialiased. A model of an <see cref="ImplicitSettings"/> network enlarges by any factor from 1 to 8 itself.
    /// </summary>
    /// <value><c>null</c>: the model's scale, or what <see cref="TargetWidth"/> and <see cref="TargetHeight"/> say.</value>
    public double? OutputScale { get; init => field = InRange(value, 0.01, 100); }

    /// <summary>Width of every result in pixels, at least 1; without a <see cref="TargetHeight"/> the aspect ratio stays.</summary>
    /// <value><c>null</c>: follows from <see cref="TargetHeight"/> or the scale.</value>
    public int? TargetWidth { get; init => field = InRange(value, 1, int.MaxValue); }

    /// <summary>Height of every result in pixels, at least 1; without a <see cref="TargetWidth"/> the aspect ratio stays.</summary>
    /// <value><c>null</c>: follows from <see cref="TargetWidth"/> or the scale.</value>
    public int? TargetHeight { get; init => field = InRange(value, 1, int.MaxValue); }

    /// <summary>
    /// Largest result in pixels, from 1 to 500 million; larger ones are refused before any work. A matter of the
    /// machine: it is not saved with a model.
    /// </summary>
    /// <value>400 million.</value>
    [JsonIgnore]
    public long MaxOutputPixels { get; init => field = InRange(value, 1, LargestMaxOutputPixels); } = 400_000_000;

    /// <summary>
    /// Memory for upscaling an image, in megabytes from 16 to 1 million, beside the model and 16 bytes for each pixel of the
    /// result. It decides how large the tiles are (<see cref="TilingPlan"/>), not what comes out; Compact keeps to it, SR3's
    /// tiles are always the same. A matter of the machine: it is not saved with a model.
    /// </summary>
    /// <value><c>null</c>: a quarter of the memory that the process may use, from 256 to 2,048.</value>
    [JsonIgnore]
    public int? MemoryBudgetMB { get; init => field = InRange(value, MinMemoryBudgetMB, 1_000_000); }

    /// <summary>How often the network really runs: without detail the initial prediction is the result.</summary>
    internal int NetworkRuns => Detail == 0 ? 0 : Steps!.Value;

    /// <summary>These settings, where they leave something to the model with what it says.</summary>
    internal SamplingSettings Or(SamplingSettings own) => this with
    {
        Steps = Steps ?? own.Steps,
        Seed = Seed ?? own.Seed,
        ColorFidelity = ColorFidelity ?? own.ColorFidelity,
    };

    /// <exception cref="ArgumentOutOfRangeException">The network cannot be sampled from so; the message names the setting, its value and its range.</exception>
    internal void Validate(NetworkSettings network, int scale)
    {
        Require(ColorFidelity is not true || scale > 1, nameof(ColorFidelity), ColorFidelity, "false or null at scale 1: results would be their inputs");
        Require(Steps is null || Steps >= network.MinSamplingSteps, nameof(Steps), Steps, $"at least {network.MinSamplingSteps} for this network");
        Require(network.MakesInitialPrediction || Detail >= 0.5, nameof(Detail), Detail, "in [0.5, 1] for this network");
        Require(OutputScale is null || (TargetWidth ?? TargetHeight) is null,
            nameof(OutputScale), OutputScale, $"null when {nameof(TargetWidth)} or {nameof(TargetHeight)} is set");
    }

    /// <summary>How many times as large an image's result is, in the direction in which it grows most.</summary>
    internal double Factor(int width, int height, int scale) => (TargetWidth, TargetHeight) is (null, null)
        ? OutputScale ?? scale
        : Math.Max((TargetWidth ?? 0) / (double)width, (TargetHeight ?? 0) / (double)height);

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
