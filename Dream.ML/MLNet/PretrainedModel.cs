using Dream.ML.Inference;
using Dream.ML.IO;
using Microsoft.ML;

namespace Dream.ML;

/// <summary>
/// A trained model to upscale with, or to train further: a ready-made one, a file, or a transformer. It is read each time
/// it is used, and holds nothing that needs disposing.
/// </summary>
public sealed class PretrainedModel
{
    readonly Func<MLContext, DreamSuperResolutionTransformer> _load;
    readonly Lazy<ModelDescription> _contents;

    /// <summary>A model that an application or a package brings along.</summary>
    /// <param name="name">What it is called, such as <c>photo-4x</c>.</param>
    /// <param name="description">What it is for, in one line.</param>
    /// <param name="open">
    /// Opens what <see cref="DreamSuperResolutionTransformer.Save(Stream)"/> wrote: a fresh stream every time, disposed after reading.
    /// </param>
    public PretrainedModel(string name, string description, Func<Stream> open)
        : this(name, description, Reading(name, open))
    {
    }

    PretrainedModel(string name, string description, Func<MLContext, DreamSuperResolutionTransformer> load)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(description);
        (Name, Description, _load) = (name, description, load);
        // A file that cannot be read now may be there the next time.
        _contents = new(() =>
        {
            using var model = Load();
            return model.Description;
        }, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>What it is called: <c>photo-4x-real</c>, or the file's path.</summary>
    public string Name { get; }

    /// <summary>What it is for, in one line.</summary>
    public string Description { get; }

    /// <summary>How many times wider and higher it makes images.</summary>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    public int Scale => Contents.Scale;

    internal ModelDescription Contents => _contents.Value;

    /// <summary>A model file of either kind, as <see cref="DreamSuperResolutionTransformer.Load(MLContext, string)"/> reads it.</summary>
    /// <param name="path">The file. Use models only from sources you trust.</param>
    public static PretrainedModel FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(path, $"The model file '{path}'.", context => DreamSuperResolutionTransformer.Load(context, path));
    }

    /// <summary>A fitted or loaded model, which must not be disposed before this is used.</summary>
    /// <param name="model">The model; it stays the caller's to dispose.</param>
    public static implicit operator PretrainedModel(DreamSuperResolutionTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new("model", "A model in memory.", _ => model.WithSampling(model.Sampling));
    }

    /// <summary>Reads the model, to upscale without a pipeline.</summary>
    /// <param name="context">The context to run in, whose <c>GpuDeviceId</c> and <c>FallbackToCpu</c> choose the device; one of its own when <c>null</c>.</param>
    /// <returns>The model, the caller's to dispose.</returns>
    /// <exception cref="InvalidDataException">It is damaged; the message names it.</exception>
    /// <exception cref="IOException">Its file is not there or cannot be read.</exception>
    /// <example>
    /// <code>
    /// using var dream = DreamModels.Photo4xReal.Load();
    /// dream.Upscale("thumbnail.jpg", "large.png");
    /// </code>
    /// </example>
    public DreamSuperResolutionTransformer Load(MLContext? context = null) => _load(context ?? new());

    /// <summary>The weights, to train them further.</summary>
    internal SafetensorsFile Weights(MLContext? context)
    {
        using var model = Load(context);
        using var buffer = new MemoryStream();
        model.Save(buffer);
        buffer.Position = 0;
        return Safetensors.Read(buffer);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    static Func<MLContext, DreamSuperResolutionTransformer> Reading(string name, Func<Stream> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return context =>
        {
            using var stream = open();
            try
            {
                return DreamSuperResolutionTransformer.Read(context, stream);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"The model '{name}' cannot be used: {e.Message}", e);
            }
        };
    }
}
