using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dream.ML.Serialization;
using static Dream.ML.Numerics.Setting;

namespace Dream.ML.Imaging.Degradation;

/// <summary>How a low-resolution image is made from one of high resolution: blur, reduction, noise, JPEG.</summary>
/// <remarks>
/// Order and repetition are those of blind super-resolution: shuffled as in BSRGAN (Zhang et al., ICCV 2021), twice as
/// in Real-ESRGAN (Wang et al., ICCVW 2021). The first of two stages reduces to a random size between those of input
/// and output; each stage draws all its strengths anew. What is random follows from a seed.
/// </remarks>
public sealed partial record DegradationSettings
{
    static readonly JsonTypeInfo<DegradationSettings> Type = RecordDefaults.TypeInfo<DegradationSettings>(DegradationJson.Default);

    /// <summary>Antialiased bicubic reduction alone: the usual benchmark, and what a good photo is like.</summary>
    public static DegradationSettings Bicubic { get; } = new();

    /// <summary>
    /// Two stages in random order, for pictures of unknown origin. The ranges are those of Real-ESRGAN's second stage,
    /// the milder one.
    /// </summary>
    public static DegradationSettings Blind { get; } = new()
    {
        Kernel = ReductionKernel.Random,
        BlurSigma = new(0.2, 1.5),
        NoiseSigma = new(1, 25),
        JpegQuality = new(30, 95),
        Stages = 2,
        RandomOrder = true,
    };

    /// <summary>How the image is made smaller.</summary>
    /// <value><see cref="ReductionKernel.Bicubic"/>.</value>
    public ReductionKernel Kernel { get; init; }

    /// <summary>Standard deviation of a Gaussian blur, in pixels of the image that it meets, within 0 to 20.</summary>
    /// <value>0 to 0: none.</value>
    public DegradationRange BlurSigma { get; init; }

    /// <summary>
    /// Standard deviation of Gaussian noise, independent per pixel and colour, in grey levels within 0 to 255.
    /// </summary>
    /// <value>0 to 0: none.</value>
    public DegradationRange NoiseSigma { get; init; }

    /// <summary>Quality of a JPEG compression, rounded to a whole number, within 1 (worst) to 100.</summary>
    /// <value><c>null</c>: none.</value>
    public DegradationRange? JpegQuality { get; init; }

    /// <summary>How often the image goes through all of it, 1 or 2.</summary>
    /// <value>1.</value>
    public int Stages { get; init; } = 1;

    /// <summary>Whether each stage shuffles its steps.</summary>
    /// <value><c>false</c>: blur, reduction, noise, JPEG.</value>
    public bool RandomOrder { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, Type);

    /// <exception cref="InvalidDataException">The text holds no settings.</exception>
    internal static DegradationSettings FromJson(string json)
    {
        try
        {
            var settings = JsonSerializer.Deserialize(json, Type) ?? throw new JsonException("They are empty.");
            settings.Validate();
            return settings;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"The degradation settings cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">The message names setting, value and range.</exception>
    internal void Validate()
    {
        Require(Enum.IsDefined(Kernel), nameof(Kernel), Kernel, "Bicubic, Area or Random");
        Require(BlurSigma.IsWithin(0, 20), nameof(BlurSigma), BlurSigma, "a range within 0 to 20");
        Require(NoiseSigma.IsWithin(0, 255), nameof(NoiseSigma), NoiseSigma, "a range within 0 to 255");
        Require(JpegQuality?.IsWithin(1, 100) ?? true,
            nameof(JpegQuality), JpegQuality, "a range within 1 to 100, or null");
        Require(Stages is 1 or 2, nameof(Stages), Stages, "1 or 2");
    }

    [JsonSerializable(typeof(DegradationSettings))]
    sealed partial class DegradationJson : JsonSerializerContext;
}
