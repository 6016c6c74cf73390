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

    readonly Lock _gate = new();
    readonly SuperResolutionNetwork _network;
    bool _disposed;

    /// <summary>Takes over a network that is trained and in evaluation mode.</summary>
    internal SuperResolutionModel(ModelDescription description, SuperResolutionNetwork network) =>
        (Description, _network) = (description, network);

    internal ModelDescription Description { get; }

    public int Scale => Description.Scale;

    /// <summary>Upscales images of one or of different sizes; neighbours of equal size share a network run.</summary>
    public RgbImage[] Upscale(IReadOnlyList<RgbImage> images, CancellationToken cancellation = default)
    {
        var results = new RgbImage[images.Count];
        // One at a time: several would share the same cores and hold several times the memory.
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            var upscaler = new Upscaler(_network, Description.Sampling);
            for (var (first, count) = (0, 0); first < images.Count; first += count)
            {
                count = 1;
                while (first + count < images.Count && SameSize(images[first], images[first + count]))
                    count++;
                upscaler.Upscale([.. images.Skip(first).Take(count)], cancellation).CopyTo(results, first);
            }
        }
        return results;
    }

    /// <summary>Writes the model as one safetensors file whose metadata holds the settings and <paramref name="metadata"/>. Leaves the stream open.</summary>
    public void Save(Stream stream, IReadOnlyDictionary<string, string> metadata)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Safetensors.Write(stream, new(
                ModuleWeights.Collect(_network),
                new Dictionary<string, string>(metadata) { [DescriptionKey] = Description.ToJson() }));
        }
    }

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
        lock (_gate)
        {
            _disposed = true;
            _network.Dispose();
        }
    }

    static bool SameSize(RgbImage a, RgbImage b) => (a.Width, a.Height) == (b.Width, b.Height);
}
