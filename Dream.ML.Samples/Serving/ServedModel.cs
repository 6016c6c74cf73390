using System.Collections.Concurrent;
using System.Globalization;
using Dream.ML.Extensions.DependencyInjection;

namespace Dream.ML.Samples.Serving;

/// <summary>A model that the page offers.</summary>
sealed class ServedModel(PretrainedModel model)
{
    internal const long MaxFileBytes = 32 << 20;

    static readonly Dictionary<string, SamplingSettings> Presets = new()
    {
        [nameof(SamplingPresets.Fidelity)] = SamplingPresets.Fidelity,
        [nameof(SamplingPresets.Balanced)] = SamplingPresets.Balanced,
        [nameof(SamplingPresets.Detail)] = SamplingPresets.Detail,
    };

    readonly ConcurrentDictionary<double, Lazy<byte[]>> _exported = [];

    internal static long MaxInputPixels(int scale) => DreamSuperResolutionServiceOptions.DefaultMaxOutputPixels / (scale * scale);

    internal static string LimitOf(int scale) => string.Create(CultureInfo.InvariantCulture,
        $"At most {MaxFileBytes >> 20} MB and {MaxInputPixels(scale):N0} pixels, such as {Math.Sqrt(MaxInputPixels(scale)):N0} × {Math.Sqrt(MaxInputPixels(scale)):N0}.");

    internal PretrainedModel Model => model;

    /// <summary>What the page calls it: of a file, its name without the folder.</summary>
    public string Name { get; } = Path.GetFileName(model.Name);

    public string Description => model.Name == Name ? model.Description : "A model file.";

    public int Scale => model.Scale;

    public long MaxPixels => MaxInputPixels(Scale);

    /// <summary>What may be sent to it, in words.</summary>
    public string Limit => LimitOf(Scale);

    /// <summary>How many pixels around a tile decide what it becomes; <c>null</c> where all of the picture does.</summary>
    public int? Halo => model.Contents is var contents && contents.Network.Traits(Scale).ReceptiveField is { } around
        ? around.ConditionRadius + contents.Sampling.Steps * (around.StepRadius + 2)
        : null;

    /// <summary>From fidelity to detail, as a preset has it; <c>null</c> where there is no such preset.</summary>
    internal static double? Detail(string? preset) =>
        Presets.TryGetValue(preset ?? nameof(SamplingPresets.Balanced), out var settings) ? settings.Detail : null;

    /// <summary>The model as an ONNX file, made once.</summary>
    internal byte[] ToOnnx(DreamSuperResolutionTransformer loaded, double detail) =>
        _exported.GetOrAdd(detail, _ => new(() =>
        {
            using var exported = loaded.WithSampling(loaded.Sampling with { Detail = detail });
            using var stream = new MemoryStream();
            exported.SaveAsOnnx(stream);
            return stream.ToArray();
        })).Value;
}
