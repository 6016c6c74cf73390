using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;
using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>
/// Makes low-resolution counterparts of a column of images. Made by fitting the estimator of
/// <c>mlContext.Transforms.DegradeImages</c>, or by loading a saved model.
/// </summary>
/// <remarks>
/// An image is cropped to a multiple of the scale, and its opacity is left out; a row without an image gives none. What
/// is random follows from the seed and the image's colors: an image gives the same result in any row, order or thread.
/// </remarks>
public sealed class DegradeImagesTransformer : ITransformer, IImageStep
{
    readonly IHost _host;
    readonly ImageDegrader _degrader;

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
        Require(scale is >= 2 and <= 8, nameof(scale), scale, "a whole number from 2 to 8");
        ImageTypes.Register();
        _host = environment.Register(nameof(DegradeImagesTransformer));
        _degrader = new(settings);
        Schema = new(outputColumn, inputColumn, scale);
        (Settings, Seed) = (settings, seed);
    }

    /// <summary>How many times narrower and lower the results are.</summary>
    public int Scale => Schema.Scale;

    /// <summary>How images are degraded.</summary>
    public DegradationSettings Settings { get; }

    /// <summary>The seed of what is random.</summary>
    public int Seed { get; }

    /// <summary>The column of images to degrade.</summary>
    public string InputColumnName => Schema.InputColumnName;

    /// <summary>The column that holds the degraded images.</summary>
    public string OutputColumnName => Schema.OutputColumnName;

    internal SuperResolutionSchema Schema { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Schema.Extend(inputSchema);
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ImageStepDataView(input, this);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) =>
        new ImageStepRowMapper(inputSchema, this);

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        MLNetInternals.Degradation.Save(ctx, Schema, Seed, Settings.ToJson());

    ImageCell?[] IImageStep.Map(ReadOnlySpan<ImageCell?> cells)
    {
        MLNetInternals.ThrowIfCanceled(_host);
        return [.. cells.ToArray().Select(cell => cell is null ? null : cell with { Pixels = Degrade(cell.Pixels) })];

        RgbImage Degrade(RgbImage image) => _degrader.Degrade(image, Scale, image.Key(Seed));
    }
}
