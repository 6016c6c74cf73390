using Dream.ML.IO;
using Dream.ML.Imaging;
using Dream.ML.Networks;
using Dream.ML.Torch;
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

    /// <summary>Upscales images of one or of different sizes; neighbors of equal size share a network run.</summary>
    /// <exception cref="InvalidOperationException">An image is too large; nothing was done.</exception>
    public RgbImage[] Upscale(IReadOnlyList<RgbImage> images, Action checkpoint)
    {
        foreach (var image in images)
            Description.RequireAllowed(image);
        var results = new RgbImage[images.Count];
        _network.UseInTurn(network =>
        {
            ThrowIfDisposed();
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
        }, () =>
        {
            ThrowIfDisposed();
            checkpoint();
        });
        for (var i = 0; i < results.Length; i++)
        {
            var (width, height) = Description.OutputSize(images[i].Width, images[i].Height);
            results[i] = BicubicResampler.Resize(results[i], (int)width, (int)height);
        }
        return results;
    }

    public TilingPlan? Plan(int width, int height)
    {
        if (Description.SizeProblem(width, height) is { } problem)
            throw new InvalidOperationException($"{problem.Cause} {problem.Cure}");
        TilingPlan? plan = null;
        Use(network => plan = new Upscaler(network, Description.Sampling).Plan(width, height, batch: 1));
        return plan;
    }

    public IImageUpscaler With(SamplingSettings sampling)
    {
        sampling.Validate(Description.Network);
        sampling = sampling.Or(Description.Sampling);
        ThrowIfDisposed();
        _network.Share();
        return new SuperResolutionModel(Description with { Sampling = sampling }, _network);
    }

    /// <summary>
    /// Writes the model as one safetensors file whose metadata holds the settings and <paramref name="metadata"/>.
    /// Leaves the stream open.
    /// </summary>
    /// <exception cref="InvalidOperationException">A weight is not finite in that precision; nothing was written.</exception>
    public void Save(Stream stream, IReadOnlyDictionary<string, string> metadata, bool halfPrecision = false) => Use(network =>
    {
        Safetensors.Write(stream, new(
            Weights(network, halfPrecision), new Dictionary<string, string>(metadata) { [DescriptionKey] = Description.ToJson() }));
    });

    /// <summary>Writes network and sampler as an ONNX graph. Leaves the stream open.</summary>
    /// <exception cref="InvalidOperationException">A weight is not finite, or the sampler is none for graphs; nothing was written.</exception>
    public void SaveAsOnnx(Stream stream, OnnxExportOptions options) =>
        Use(network => OnnxExport.Write(stream, network, Description, Weights(network), options));

    static IReadOnlyList<SafetensorsTensor> Weights(SuperResolutionNetwork network, bool halfPrecision = false)
    {
        var weights = ModuleWeights.Collect(network, halfPrecision ? ScalarType.Float16 : ScalarType.Float32);
        return weights.FirstOrDefault(tensor => !tensor.IsFinite()) is { } broken
            ? throw new InvalidOperationException(
                $"The weights '{broken.Name}' are not all finite numbers{(halfPrecision ? " in half precision" : "")}: no model was written.")
            : weights;
    }

    /// <summary>Reads what <see cref="Save"/> wrote, to the end of the stream. The input may be hostile.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else, ends too early or is damaged.</exception>
    internal static (SuperResolutionModel Model, IReadOnlyDictionary<string, string> Metadata) Load(Stream stream, string? device = null)
    {
        var header = Safetensors.ReadHeader(stream);
        if (!header.Metadata.TryGetValue(DescriptionKey, out var json))
            throw new InvalidDataException("It is a safetensors file, but not a Dream.ML model: its metadata has no description of one.");
        var description = ModelDescription.FromJson(json);
        // A few bytes may describe a network of terabytes: it is made only of a file that brings its weights.
        ModuleWeights.RequireFit(
            description.Network.Layout(description.Scale), header.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape));
        var file = Safetensors.ReadTensors(stream, header);

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
        return (new(description, network), header.Metadata);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _network.Release();
    }

    void Use(Action<SuperResolutionNetwork> use)
    {
        ThrowIfDisposed();
        _network.Use(use);
    }

    void ThrowIfDisposed() => DisposedModel.ThrowIf(_disposed != 0);

    static bool SameSize(RgbImage a, RgbImage b) => (a.Width, a.Height) == (b.Width, b.Height);
}
