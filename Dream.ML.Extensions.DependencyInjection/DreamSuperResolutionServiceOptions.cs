namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>How a service upscales. Checked when the host starts.</summary>
public sealed class DreamSuperResolutionServiceOptions
{
    const int BytesPerOutputPixel = 16;

    /// <summary>
    /// The model: a file written by <c>mlContext.Model.Save</c>, with one super-resolution step in it, or by the
    /// transformer's own <c>Save</c>; the content tells which. Required unless there is a <see cref="Model"/>. Use models only
    /// from sources you trust.
    /// </summary>
    public string ModelPath { get; set; } = "";

    /// <summary>A ready-made model in place of a file, such as <c>DreamModels.Photo4xReal</c>; by default <c>null</c>.</summary>
    public PretrainedModel? Model { get; set; }

    internal PretrainedModel ChosenModel => Model ?? PretrainedModel.FromFile(ModelPath);

    /// <summary>
    /// How many images are worked on at a time: at least 1, by default 1. One image already uses all cores; more
    /// overlap the decoding and encoding of some with the network's work on another.
    /// </summary>
    public int MaxConcurrentUpscales { get; set; } = 1;

    /// <summary>
    /// How many more calls may wait for their turn: at least 0, by default 100. Further ones fail at once with
    /// <see cref="UpscaleFailure.QueueFull"/>. They are served in the order in which they came.
    /// </summary>
    public int MaxQueueLength { get; set; } = 100;

    /// <summary>
    /// How many bytes of encoded images all calls that wait or work may hold in memory: at least the limits'
    /// <see cref="ImageLimits.MaxFileBytes"/>, by default 512 MiB. Calls beyond fail with
    /// <see cref="UpscaleFailure.QueueFull"/>. An image is decoded when its turn comes, never before.
    /// </summary>
    public long MaxQueueBytes { get; set; } = 512 << 20;

    /// <summary>
    /// How many streams are read at a time: at least 1, by default 256. Calls beyond fail at once with
    /// <see cref="UpscaleFailure.QueueFull"/>. A call takes its place in the queue when its stream has been read, so that slow
    /// uploads keep nobody waiting; how slow one may be is the server's to say, in Kestrel with <c>MinRequestBodyDataRate</c>.
    /// </summary>
    public int MaxUploads { get; set; } = 256;

    /// <summary>
    /// How many bytes all streams that are being read may hold in memory: at least the limits'
    /// <see cref="ImageLimits.MaxFileBytes"/>, by default 512 MiB. Calls beyond fail with
    /// <see cref="UpscaleFailure.QueueFull"/>.
    /// </summary>
    public long MaxUploadBytes { get; set; } = 512 << 20;

    /// <summary>
    /// The default of <see cref="MaxOutputPixels"/>: what half the memory holds that this process may use (in a container, three
    /// quarters of its limit), at most 100 million.
    /// </summary>
    public static long DefaultMaxOutputPixels { get; } =
        Math.Min(100_000_000, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / BytesPerOutputPixel);

    /// <summary>
    /// Largest result in pixels, from 1 to 500 million, by default <see cref="DefaultMaxOutputPixels"/>; while at work it takes
    /// about 16 bytes a pixel, and as many results are at work as <see cref="MaxConcurrentUpscales"/> says.
    /// Images whose result would be larger are refused, as far as possible before they are decoded. It takes the place of the
    /// model's own <see cref="SamplingSettings.MaxOutputPixels"/>.
    /// </summary>
    public long MaxOutputPixels { get; set; } = DefaultMaxOutputPixels;

    /// <summary>How large an image in a stream may be. Larger ones are refused before they are decoded.</summary>
    public ImageLimits Limits { get; set; } = new();

    /// <summary>
    /// Whether a small image goes through the network at start, so that the first caller does not wait longer than
    /// the next: by default <c>true</c>.
    /// </summary>
    public bool WarmUp { get; set; } = true;
}
