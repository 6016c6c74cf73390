using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dream.ML.IO;

namespace Dream.ML.Inference;

/// <summary>What a model file says beside the weights: enough to rebuild the network and to sample from it.</summary>
sealed partial record ModelDescription
{
    const int CurrentFormat = 1;
    const int MaxLength = 10_000;

    static readonly JsonTypeInfo<ModelDescription> Type = RecordDefaults.TypeInfo<ModelDescription>(ModelJson.Default, NetworkSettings.Name);

    /// <summary>Rises when older versions of Dream.ML could not read the file.</summary>
    public int Format { get; init; } = CurrentFormat;

    public required int Scale { get; init; }

    public required NetworkSettings Network { get; init; }

    public required SamplingSettings Sampling { get; init; }

    /// <summary>How the low-resolution side of training was made, where not by bicubic reduction; <c>null</c> with real pairs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DegradationSettings? Degradation { get; init; }

    /// <summary>How the network enlarges an image of that size.</summary>
    internal Magnification Magnification(int width, int height) => new(Network, Scale, Sampling, width, height);

    /// <summary>The size of an image's result.</summary>
    internal (long Width, long Height) OutputSize(int width, int height) => Sampling.OutputSize(width, height, Scale);

    /// <summary>
    /// Why an image of that size is too large, by what the network makes of it or by the result; <c>null</c> where it is not.
    /// </summary>
    internal (string Cause, string Cure)? SizeProblem(int width, int height)
    {
        var (resultWidth, resultHeight) = OutputSize(width, height);
        return (Network.IsContinuous ? null : Sampling.SizeProblem(width, height, (long)width * Scale, (long)height * Scale))
            ?? Sampling.SizeProblem(width, height, resultWidth, resultHeight);
    }

    /// <exception cref="InvalidOperationException">What becomes of the image is larger than the settings allow.</exception>
    internal void RequireAllowed(int width, int height)
    {
        if (SizeProblem(width, height) is { } problem)
            throw new InvalidOperationException($"{problem.Cause} {problem.Cure}");
    }

    internal bool ReadsMask => Network.Traits(Scale).ReadsMask;

    /// <exception cref="InvalidOperationException">There is no mask for a model that needs one, or one for a model that reads none.</exception>
    internal void RequireMask(bool isGiven)
    {
        if (isGiven != ReadsMask)
            throw new InvalidOperationException(ReadsMask
                ? "The model fills what a mask marks, and there is no mask. Use DreamInpaint with a mask column, Inpaint(image, mask), or upscale --mask."
                : "There is a mask, and the model reads none. Train one that does with DreamInpaint, or with train --scale 1 --degradation holes.");
    }

    internal string ToJson() => JsonSerializer.Serialize(this, Type);

    /// <exception cref="InvalidDataException">The text is not a description that this version can read.</exception>
    internal static ModelDescription FromJson(string json)
    {
        // Whatever is wrong is quoted in the error.
        if (json.Length > MaxLength)
            throw new InvalidDataException($"The model's description is {json.Length} characters long; at most {MaxLength} are allowed.");
        try
        {
            var description = JsonSerializer.Deserialize(Upgrade(json), Type) ?? throw new JsonException("It is empty.");
            if (description.Format != CurrentFormat)
                throw new InvalidDataException(
                    $"The model has format {description.Format}, this version of Dream.ML reads format {CurrentFormat}. Use the version that saved it, or a newer one.");
            if (description.Network is null || description.Sampling is null)
                throw new JsonException("It lacks the network or the sampling settings.");
            description.Network.Validate(description.Scale);
            description.Sampling.Validate(description.Network, description.Scale);
            return description with
            {
                Sampling = description.Sampling.Or(new() { Steps = description.Network.DefaultSamplingSteps, Seed = 0, ColorFidelity = description.Scale > 1 }),
            };
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"The model's description cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The randomness of DDIM was a setting of its own once.</summary>
    static JsonNode? Upgrade(string json)
    {
        var description = JsonNode.Parse(json);
        if (description?[nameof(Sampling)] is JsonObject sampling
            && sampling["Eta"] is JsonValue eta && eta.TryGetValue<double>(out var value) && value != 0
            && sampling[nameof(SamplingSettings.Sampler)]?.ToString() == nameof(Ddim))
            sampling[nameof(SamplingSettings.Sampler)] = new Ddim(value).ToString();
        return description;
    }

    [JsonSourceGenerationOptions(
        UseStringEnumConverter = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        AllowOutOfOrderMetadataProperties = true)]
    [JsonSerializable(typeof(ModelDescription))]
    [JsonSerializable(typeof(CompactSettings))]
    [JsonSerializable(typeof(ImplicitSettings))]
    [JsonSerializable(typeof(Sr3Settings))]
    sealed partial class ModelJson : JsonSerializerContext;
}
