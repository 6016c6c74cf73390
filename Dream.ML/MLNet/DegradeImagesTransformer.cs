using Dream.ML;
using Dream.ML.Imaging.Degradation;
using Dream.ML.MLNet;
using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using static Dream.ML.Core.Guard;

[assembly: LoadableClass(
    typeof(DegradeImagesTransformer), typeof(DegradeImagesTransformer), null, typeof(SignatureLoadModel),
    "Image degradation", DegradeImagesTransformer.LoaderSignature)]

namespace Dream.ML;

/// <summary>
/// Makes low-resolution counterparts of a column of images. Made by fitting what
/// <c>mlContext.Transforms.DegradeImages</c> gives, or by loading a saved model.
/// </summary>
/// <remarks>
/// An image is cropped to a multiple of the scale, and its opacity is left out; a row without an image gives none. What
/// is random follows from the seed and the image's colors: an image gives the same result in any row, order or thread.
/// </remarks>
public sealed class DegradeImagesTransformer : ITransformer, IImageStep
{
    internal const string LoaderSignature = "DegradeImages";

    static readonly SavedStep Saved = new("DREAMDEG", LoaderSignature);

    readonly IHost _host;
    readonly ImageDegrader _degrader;
    readonly SuperResolutionSchema _schema;

    internal DegradeImagesTransformer(
        IHostEnvironment environment,
        string outputColumn,
        string inputColumn,
        int scale,
        DegradationSettings settings,
        int seed)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumn);
        ArgumentException.ThrowIfNullOrEmpty(inputColumn);
        InRange(scale, 1, 8, nameof(scale));
        Require(!settings.MakesHoles, nameof(settings.HoleWidth), settings.HoleWidth, "0 to 0 in DegradeImages, which makes no masks");
        ImageTypes.Register();
        _host = environment.Register(nameof(DegradeImagesTransformer));
        _degrader = new(settings);
        _schema = new(outputColumn, inputColumn, scale);
        (Settings, Seed) = (settings, seed);
    }

    /// <summary>How many times narrower and lower the results are.</summary>
    public int Scale => _schema.Scale;

    /// <summary>How images are degraded.</summary>
    public DegradationSettings Settings { get; }

    /// <summary>The seed of what is random.</summary>
    public int Seed { get; }

    /// <summary>The column of images to degrade.</summary>
    public string InputColumnName => _schema.InputColumnName;

    /// <summary>The column that holds the degraded images.</summary>
    public string OutputColumnName => _schema.OutputColumnName;

    StepSchema IImageStep.Schema => _schema;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _schema.Extend(inputSchema);
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ImageStepDataView(input, this);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => Saved.Write(ctx, OutputColumnName, InputColumnName, () =>
    {
        ctx.Writer.Write(Scale);
        ctx.Writer.Write(Seed);
        ctx.SaveNonEmptyString(Settings.ToJson());
    });

    // ML.NET finds this by its name and signature.
    static DegradeImagesTransformer Create(IHostEnvironment environment, ModelLoadContext context) =>
        Saved.Read(context, (output, input) =>
        {
            var (scale, seed) = (context.Reader.ReadInt32(), context.Reader.ReadInt32());
            var settings = DegradationSettings.FromJson(context.LoadNonEmptyString());
            try
            {
                return new DegradeImagesTransformer(environment, output, input, scale, settings, seed);
            }
            catch (ArgumentException e)
            {
                throw new InvalidDataException($"The DegradeImages step cannot be read: {e.Message}", e);
            }
        });

    Func<ImageCell?> IImageStep.Maker(DataViewRow row) => ImageCell.Reader(row, _schema.InputColumn(row.Schema), image =>
    {
        MLNetInternals.ThrowIfCanceled(_host);
        return _degrader.Degrade(image, Scale, image.Key(Seed));
    });
}
