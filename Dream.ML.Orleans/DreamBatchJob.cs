using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dream.ML.IO;
using static Dream.ML.Core.Guard;

namespace Dream.ML.Orleans;

/// <summary>What a cluster works on, and how.</summary>
public sealed partial record DreamBatchJob
{
    static readonly JsonTypeInfo<DreamBatchJob> Type = RecordDefaults.TypeInfo<DreamBatchJob>(JobJson.Default);

    /// <summary>
    /// The job's name, unique in the cluster. Submitting the same job again under the same name resumes a submission that broke off.
    /// </summary>
    /// <value>A random name.</value>
    public string Id { get; init => field = NotEmpty(value, nameof(Id)); } = Guid.NewGuid().ToString("N");

    /// <summary>
    /// Where the pictures are, as the workers see it: a folder, unless <see cref="DreamClusterOptions.OpenStore"/> knows other places.
    /// </summary>
    public required string Input { get; init => field = NotEmpty(value, nameof(Input)); }

    /// <summary>
    /// Where the results go, as the workers see it. They have the names of <see cref="BatchUpscaleOptions.OutputFolder"/>. What is there
    /// already is never replaced: a result that is there and different fails.
    /// </summary>
    public required string Output { get; init => field = NotEmpty(value, nameof(Output)); }

    /// <summary>
    /// The model: a name that <see cref="DreamClusterOptions.FindModel"/> knows, such as <c>photo-4x-real</c>, or a file, as the workers
    /// see it. Workers whose model differs from that of the job's first worker leave the job alone.
    /// </summary>
    public required string Model { get; init => field = NotEmpty(value, nameof(Model)); }

    /// <summary>How the model upscales; limits of the machine are the workers' own.</summary>
    /// <value><c>null</c>: as the model says.</value>
    public SamplingSettings? Sampling { get; init; }

    /// <summary>The format of the results; <see cref="ImageFileFormat.Png"/> by default.</summary>
    public ImageFileFormat Format { get; init => field = Defined(value); }

    /// <summary>Quality of JPEG and WebP results: 1 to 100, 90 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int Quality { get; init => field = InRange(value, 1, 100); } = 90;

    /// <summary>
    /// Whether results that exist count as done, whatever they hold, without upscaling their pictures; <c>false</c> by default.
    /// </summary>
    public bool KeepExisting { get; init; }

    /// <summary>
    /// How many pictures one grain keeps the ledger of: 1 to 10,000, 1,000 by default. While a machine hangs, its shards wait until the
    /// cluster has noticed: more and smaller shards leave others to work on.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int ShardSize { get; init => field = InRange(value, 1, 10_000); } = 1000;

    internal string ToJson() => JsonSerializer.Serialize(this, Type);

    internal static DreamBatchJob FromJson(string json) => JsonSerializer.Deserialize(json, Type)!;

    static string NotEmpty(string value, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
        return value;
    }

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(DreamBatchJob))]
    sealed partial class JobJson : JsonSerializerContext;
}
