namespace Dream.ML.Orleans;

/// <summary>How a silo keeps ledgers and upscales. Checked when the silo starts; the same on all silos.</summary>
public sealed class DreamClusterOptions
{
    /// <summary>
    /// How many images are worked on at a time on each device: at least 0, by default 1. One image already uses all cores or the whole GPU;
    /// two overlap the decoding and encoding of one with the network's work on another. 0 for a silo that only keeps ledgers.
    /// </summary>
    public int Workers { get; set; } = 1;

    /// <summary>The GPUs to work on, by their numbers; empty, the default, for the CPU.</summary>
    public IReadOnlyList<int> GpuDeviceIds { get; set; } = [];

    /// <summary>
    /// After what time without a sign of life an image is given to another worker: at least 1 second, by default 2 minutes. Workers give
    /// a sign after every row of tiles: it must be longer than one takes.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a silo that stops may finish the images it has: at least 0, by default 20 seconds, which must be less than the host's
    /// <c>ShutdownTimeout</c>. What is not finished by then is released.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Finds a model by its name, such as <c>DreamModels.Find</c>; by default, and where it finds none, the name is that of a file.
    /// </summary>
    public Func<string, PretrainedModel?> FindModel { get; set; } = _ => null;

    /// <summary>Opens the place that a job names as its input or output; by default a <see cref="FolderPictureStore"/>.</summary>
    public Func<string, IPictureStore> OpenStore { get; set; } = path => new FolderPictureStore(path);

    /// <summary>How large an input may be.</summary>
    public ImageLimits Limits { get; set; } = new();

    /// <summary>
    /// Largest result in pixels, see <see cref="SamplingSettings.MaxOutputPixels"/>; by default 400 million, 16 bytes of memory each.
    /// </summary>
    public long MaxOutputPixels { get; set; } = 400_000_000;

    /// <summary>
    /// Memory for an image in megabytes, see <see cref="SamplingSettings.MemoryBudgetMB"/>; <c>null</c>, the default, for its default.
    /// </summary>
    public int? MemoryBudgetMB { get; set; }

    /// <summary>The options' limits as settings of a model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    internal SamplingSettings ApplyTo(SamplingSettings sampling) =>
        sampling with { MaxOutputPixels = MaxOutputPixels, MemoryBudgetMB = MemoryBudgetMB };
}
