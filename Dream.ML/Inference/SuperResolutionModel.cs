using System.Numerics;
using Dream.ML.Imaging;
using Dream.ML.IO;
using Dream.ML.Networks.Engines;

namespace Dream.ML.Inference;

/// <summary>Trained weights together with everything that upscaling needs to know. Safe to share between threads.</summary>
sealed class SuperResolutionModel : IImageUpscaler
{
    const string DescriptionKey = "dream.model";

    readonly IReadOnlyList<SafetensorsTensor> _weights;
    readonly SharedEngine _engine;
    int _disposed;

    /// <summary>A model of weights in single precision.</summary>
    /// <param name="description">What the weights are of, and how to sample.</param>
    /// <param name="weights">All weights of the network.</param>
    /// <param name="device">Where to upscale: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or <c>null</c>.</param>
    internal SuperResolutionModel(ModelDescription description, IReadOnlyList<SafetensorsTensor> weights, string? device = null)
        : this(description, weights, new SharedEngine(factor => NetworkEngines.Create(description.Network, factor, weights, device)))
    {
    }

    SuperResolutionModel(ModelDescription description, IReadOnlyList<SafetensorsTensor> weights, SharedEngine engine) =>
        (Description, _weights, _engine) = (description, weights, engine);

    public ModelDescription Description { get; }

    /// <summary>Upscales an image.</summary>
    /// <exception cref="InvalidOperationException">The image is too large, lacks a mask or has one too many; nothing was done.</exception>
    public RgbImage<T> Upscale<T>(RgbImage<T> image, IProgress<double>? progress, CancellationToken cancellation)
        where T : unmanaged, IBinaryInteger<T>
    {
        ThrowIfDisposed();
        Description.RequireAllowed(image.Width, image.Height);
        Description.RequireMask(image.Holes is not null);
        var magnification = Description.Magnification(image.Width, image.Height);
        // What was stretched is not what the result must agree with.
        var sampling = magnification.Stretches ? Description.Sampling with { ColorFidelity = false } : Description.Sampling;
        var result = image;
        if (image.Holes?.Contains(true) is not false)
            _engine.Use(magnification.Factor, engine =>
            {
                ThrowIfDisposed();
                result = magnification.Cut(new Upscaler(engine, sampling).Upscale(magnification.Stretch(image), progress, cancellation));
                if (magnification.Stretches && Description.Sampling.ColorFidelity == true)
                    BackProjection.Apply(result, image, cancellation);
            }, ThrowIfDisposed, cancellation);
        var (width, height) = Description.OutputSize(image.Width, image.Height);
        return BicubicResampler.Resize(result, (int)width, (int)height);
    }

    public TilingPlan? Plan(int width, int height)
    {
        ThrowIfDisposed();
        Description.RequireAllowed(width, height);
        var magnification = Description.Magnification(width, height);
        return Upscaler.Plan(
            Description.Network.Traits(magnification.Scale), Description.Sampling, magnification.InputWidth, magnification.InputHeight);
    }

    public IImageUpscaler With(SamplingSettings sampling)
    {
        sampling.Validate(Description.Network, Description.Scale);
        ThrowIfDisposed();
        _engine.Share();
        return new SuperResolutionModel(Description with { Sampling = sampling.Or(Description.Sampling) }, _weights, _engine);
    }

    /// <summary>
    /// Writes the model as one safetensors file whose metadata holds the settings and <paramref name="metadata"/>.
    /// Leaves the stream open.
    /// </summary>
    /// <exception cref="InvalidOperationException">A weight is not finite in that precision; nothing was written.</exception>
    public void Save(Stream stream, IReadOnlyDictionary<string, string> metadata, bool halfPrecision = false)
    {
        ThrowIfDisposed();
        Safetensors.Write(stream, new(
            FiniteWeights(halfPrecision), new Dictionary<string, string>(metadata) { [DescriptionKey] = Description.ToJson() }));
    }

    /// <summary>Writes network and sampler as an ONNX graph. Leaves the stream open.</summary>
    /// <exception cref="InvalidOperationException">A weight is not finite, or the sampler is none for graphs; nothing was written.</exception>
    public void SaveAsOnnx(Stream stream, OnnxExportOptions options)
    {
        ThrowIfDisposed();
        // A graph enlarges by one whole number.
        var (network, weights) = Description.Network.At(Description.Scale, FiniteWeights());
        OnnxExport.Write(stream, Description with { Network = network }, weights, options);
    }

    IReadOnlyList<SafetensorsTensor> FiniteWeights(bool halfPrecision = false)
    {
        var weights = halfPrecision ? [.. _weights.Select(tensor => tensor.ToHalf())] : _weights;
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
        WeightCheck.RequireFit(
            description.Network.Layout(description.Scale), header.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape));
        List<SafetensorsTensor> weights = [.. Safetensors.ReadTensors(stream, header).Tensors.Values.Select(tensor => tensor.ToSingle())];
        WeightCheck.RequireFinite(weights);
        return (new(description, weights, device), header.Metadata);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _engine.Release();
    }

    void ThrowIfDisposed() => DisposedModel.ThrowIf(_disposed != 0);
}
