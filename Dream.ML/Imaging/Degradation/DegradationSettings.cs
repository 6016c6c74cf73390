using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dream.ML.IO;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>How a low-resolution image is made from one of high resolution: blur, reduction, noise, JPEG, holes.</summary>
/// <remarks>
/// Order and repetition are those of blind super-resolution: twice as in Real-ESRGAN (Wang et al., ICCVW 2021), shuffled where
/// asked for as in BSRGAN (Zhang et al., ICCV 2021). The first of two stages reduces to a random size between those of input
/// and output; each stage draws all its strengths anew. What is random follows from a seed.
/// </remarks>
public sealed partial record DegradationSettings
{
    static readonly JsonTypeInfo<DegradationSettings> Type = RecordDefaults.TypeInfo<DegradationSettings>(DegradationJson.Default);

    /// <summary>Antialiased bicubic reduction alone: the usual benchmark, and what a good photo is like.</summary>
    public static DegradationSettings Bicubic { get; } = new();

    /// <summary>
    /// For pictures of unknown origin, as phones take them and web pages keep them: two stages, the second one milder, and a
    /// tenth of the pictures clean, so that a model stays good on those. The order is Real-ESRGAN's, the strengths are milder.
    /// </summary>
    public static DegradationSettings Blind { get; } = new()
    {
        Kernel = ReductionKernel.Random,
        BlurSigma = new(0, 3),
        RingingShare = 0.1,
        NoiseSigma = new(0, 16),
        CameraNoiseShare = 0.7,
        JpegQuality = new(30, 95),
        StepShare = 0.75,
        Stages = 2,
        SecondStageStrength = 0.4,
        CleanShare = 0.1,
    };

    /// <summary>JPEG and noise, as phones and web pages leave them, with a tenth of the pictures clean.</summary>
    public static DegradationSettings CompressionAndNoise { get; } = Blind with
    {
        Kernel = ReductionKernel.Bicubic,
        BlurSigma = default,
        RingingShare = 0,
        Stages = 1,
        SecondStageStrength = 1,
    };

    /// <summary>JPEG, from hardly visible to coarse.</summary>
    public static DegradationSettings Compression { get; } = new() { JpegQuality = new(10, 95) };

    /// <summary>Noise, half of the time a camera's.</summary>
    public static DegradationSettings Noise { get; } = new() { NoiseSigma = new(2, 40), CameraNoiseShare = 0.5 };

    /// <summary>A blur of half a pixel to three, with hardly any noise.</summary>
    public static DegradationSettings Blur { get; } = new() { BlurSigma = new(0.5, 3), NoiseSigma = new(0, 2) };

    /// <summary>Holes as scratches, folds, thin letters and dust make them, 1 to 12 pixels wide; for <c>DreamInpaint</c>.</summary>
    public static DegradationSettings Holes { get; } = new() { HoleWidth = new(1, 12) };

    /// <summary>How the image is made smaller.</summary>
    /// <value><see cref="ReductionKernel.Bicubic"/>.</value>
    public ReductionKernel Kernel { get; init => field = Defined(value); }

    /// <summary>Standard deviation of a Gaussian blur, in pixels of the image that it meets, within 0 to 20.</summary>
    /// <value>0 to 0: none.</value>
    public DegradationRange BlurSigma { get; init => field = Require(value, value.IsWithin(0, 20), "a range within 0 to 20"); }

    /// <summary>
    /// Chance, within 0 to 1, that a stage filters by an ideal low-pass filter, whose cut-off is a third to all of the highest
    /// frequency, instead of a Gaussian: it rings along edges as sharpening does.
    /// </summary>
    /// <value>0: never.</value>
    public double RingingShare { get; init => field = InRange(value, 0, 1); }

    /// <summary>Standard deviation of noise in gray levels, within 0 to 255.</summary>
    /// <value>0 to 0: none.</value>
    public DegradationRange NoiseSigma { get; init => field = Require(value, value.IsWithin(0, 255), "a range within 0 to 255"); }

    /// <summary>
    /// Chance, within 0 to 1, that a stage's noise is that of a camera: stronger in bright places (shot noise), alike in
    /// neighboring pixels and partly in all colors, which is what demosaicing and denoising leave. Other noise is independent
    /// Gaussian numbers.
    /// </summary>
    /// <value>0: never.</value>
    public double CameraNoiseShare { get; init => field = InRange(value, 0, 1); }

    /// <summary>Quality of a JPEG compression, rounded to a whole number, within 1 (worst) to 100.</summary>
    /// <value><c>null</c>: none.</value>
    public DegradationRange? JpegQuality { get; init => field = Require(value, value?.IsWithin(1, 100) ?? true, "a range within 1 to 100, or null"); }

    /// <summary>Chance, within 0 to 1, that a stage has a blur; likewise noise, and compression.</summary>
    /// <value>1: all that is set, always.</value>
    public double StepShare { get; init => field = InRange(value, 0, 1); } = 1;

    /// <summary>How often the image goes through all of it, 1 or 2.</summary>
    /// <value>1.</value>
    public int Stages { get; init => field = InRange(value, 1, 2); } = 1;

    /// <summary>
    /// Strength of the second stage as a share, within 0 to 1, of what is drawn: of σ, and of what JPEG's quality lacks to 100.
    /// </summary>
    /// <value>1: as strong as the first.</value>
    public double SecondStageStrength { get; init => field = InRange(value, 0, 1); } = 1;

    /// <summary>Chance, within 0 to 1, that an image is reduced by bicubic interpolation and not spoiled at all.</summary>
    /// <value>0: never.</value>
    public double CleanShare { get; init => field = InRange(value, 0, 1); }

    /// <summary>Whether each stage shuffles its steps.</summary>
    /// <value><c>false</c>: blur, reduction, noise, JPEG.</value>
    public bool RandomOrder { get; init; }

    /// <summary>
    /// Width in pixels, within 0 to 64, of strokes and spots that are taken out of the image after all else, to learn to fill them;
    /// for <c>DreamInpaint</c> at scale 1. Thin ones are drawn more often than wide ones.
    /// </summary>
    /// <value>0 to 0: no holes.</value>
    public DegradationRange HoleWidth { get; init => field = Require(value, value.IsWithin(0, 64), "a range within 0 to 64"); }

    internal bool MakesHoles => HoleWidth.Max > 0;

    /// <summary>Whether a pixel's outcome follows from the pixels around it alone.</summary>
    internal bool IsFixed => Kernel is not ReductionKernel.Random && BlurSigma.Min == BlurSigma.Max && RingingShare == 0
        && NoiseSigma.Max == 0 && JpegQuality is null && StepShare is 0 or 1 && Stages == 1 && CleanShare is 0 or 1 && !MakesHoles;

    internal string ToJson() => JsonSerializer.Serialize(this, Type);

    /// <exception cref="InvalidDataException">The text holds no settings.</exception>
    internal static DegradationSettings FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Type) ?? throw new JsonException("They are empty.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"The degradation settings cannot be read: {e.Message}", e);
        }
    }

    [JsonSerializable(typeof(DegradationSettings))]
    sealed partial class DegradationJson : JsonSerializerContext;
}
