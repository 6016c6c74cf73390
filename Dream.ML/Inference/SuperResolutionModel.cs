using Dream.ML.Imaging;
using Dream.ML.Networks;
using Dream.ML.Runtime;
using Dream.ML.Serialization;
using static TorchSharp.torch;

namespace Dream.ML.Inference;

/// <summary>A trained network together with everything that upscaling needs to know. Safe to share between threads.</summary>
sealed class SuperResolutionModel : IImageUpscaler
{
    const string DescriptionKey = "dream.model";

    readonly SharedNetwork _network;
    int _disposed;

    /// <summary>Takes over a network that is trained and in evaluation mode.</summary>
    internal SuperResolutionModel(ModelDescription description, SuperResolutionNetwork network)
        : this(description, new SharedNetwork(network))
    {
    }

    SuperResolutionModel(ModelDescription description, SharedNetwork network) =>
        (Description, _network) = (description, network);

    public ModelDescription Description { get; }

    /// <summary>Upscales images of one or of different sizes; neighbours of equal size share a network run.</summary>
    /// <exception cref="InvalidOperationException">An image is too large; nothing was done.</exception>
    public RgbImage[] Upscale(IReadOnlyList<RgbImage> images, Action checkpoint)
    {
        foreach (var image in images)
            if (Description.SizeProblem(image.Width, image.Height) is { } problem)
                throw new InvalidOperationException($"{problem.Cause} {problem.Cure}");
        var results = new RgbImage[images.Count];
        Use(network =>
        {
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            var upscaler = new Upscaler(network, Description.Sampling);
            for (var (first, count) = (0, 0); first < images.Count; first += count)
            {
                count = 1;
                while (first + count < images.Count && SameSize(images[first], images[first + count]))
                    count++;
                upscaler.Upscale([.. images.Skip(first).Take(count)], checkpoint).CopyTo(results, first);
            }
        }, checkpoint);
        for (var i = 0; i < results.Length; i++)
        {
            var (width, height) = Description.OutputSize(images[i].Width, images[i].Height);
            results[i] = BicubicResampler.Resize(results[i], (int)width, (int)height);
        }
        return results;
    }

    public TilingPlan? Plan(int width, int height)
    {
        TilingPlan? plan = null;
        Use(network => plan = new Upscaler(network, Description.Sampling).Plan(width, height, batch: 1));
        return plan;
    }

    public IImageUpscaler With(SamplingSettings sampling)
    {
        sampling.Validate(Description.Network);
        Use(_ => _network.Share());
        return new SuperResolutionModel(Description with { Sampling = sampling }, _network);
    }

    /// <summary>
    /// Writes the model as one safetensors file whose metadata holds the settings and <paramref name="metadata"/>.
    /// Leaves the stream open.
    /// </summary>
    public void Save(Stream stream, IReadOnlyDictionary<string, string> metadata) =>
        Use(network => Safetensors.Write(stream, new(
            ModuleWeights.Collect(network),
            new Dictionary<string, string>(metadata) { [DescriptionKey] = Description.ToJson() })));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else, or ends too early.</exception>
    internal static (SuperResolutionModel Model, IReadOnlyDictionary<string, string> Metadata) Load(Stream stream, string? device = null)
    {
        var file = Safetensors.Read(stream);
        if (!file.Metadata.TryGetValue(DescriptionKey, out var json))
            throw new InvalidDataException("It is a safetensors file, but not a Dream.ML model: its metadata has no description of one.");
        var description = ModelDescription.FromJson(json);

        var network = description.Network.Create(description.Scale, DreamRuntime.SelectDevice(device));
        try
        {
            ModuleWeights.Restore(network, file);
            network.eval();
        }
        catch
        {
            network.Dispose();
            throw;
        }
        return (new(description, network), file.Metadata);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _network.Release();
    }

    // Whoever sees this model undisposed inside the gate still owns the network: its release waits for the gate.
    void Use(Action<SuperResolutionNetwork> use, Action? checkpoint = null) => _network.Use(network =>
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        use(network);
    }, checkpoint);

    static bool SameSize(RgbImage a, RgbImage b) => (a.Width, a.Height) == (b.Width, b.Height);
}
