using Dream.ML;
using Dream.ML.Imaging.Files;
using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(
    typeof(LoadPhotosTransformer), typeof(LoadPhotosTransformer), null, typeof(SignatureLoadModel),
    "Photo loading", LoadPhotosTransformer.LoaderSignature)]

namespace Dream.ML;

/// <summary>
/// Reads the image files that a text column names. Made by fitting what <c>mlContext.Transforms.LoadPhotos</c> gives,
/// or by loading a saved model.
/// </summary>
/// <remarks>
/// A file is read when its image is asked for; one that is missing, damaged, incomplete or too large is an
/// <see cref="IOException"/> that names it. A row without a path gives no image. The image's tag is the path.
/// </remarks>
public sealed class LoadPhotosTransformer : ITransformer, IImageStep
{
    internal const string LoaderSignature = "LoadPhotos";
    const string WholeFile = "Dream.WholeFile";

    static readonly SavedStep Saved = new("DREAMPIC", LoaderSignature);

    readonly IHost _host;
    readonly PhotoSchema _schema;

    internal LoadPhotosTransformer(
        IHostEnvironment environment, string outputColumn, string? folder, string inputColumn, ImageLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumn);
        ArgumentException.ThrowIfNullOrEmpty(inputColumn);
        ImageTypes.Register();
        _host = environment.Register(nameof(LoadPhotosTransformer));
        (_schema, Limits) = (new(outputColumn, inputColumn), limits);
        Folder = string.IsNullOrEmpty(folder) ? null : folder;
    }

    /// <summary>The column of paths.</summary>
    public string InputColumnName => _schema.InputColumnName;

    /// <summary>The column that holds the images.</summary>
    public string OutputColumnName => _schema.OutputColumnName;

    /// <summary>The folder that paths start from; <c>null</c> for the current one.</summary>
    public string? Folder { get; }

    /// <summary>How large a file may be.</summary>
    public ImageLimits Limits { get; }

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
        ctx.SaveString(Folder ?? "");
        ctx.Writer.Write(Limits.MaxPixels);
        ctx.Writer.Write(Limits.MaxFileBytes);
    });

    // ML.NET finds this by its name and signature.
    static LoadPhotosTransformer Create(IHostEnvironment environment, ModelLoadContext context) =>
        Saved.Read(context, (output, input) =>
        {
            var folder = context.LoadString();
            var limits = new ImageLimits { MaxPixels = context.Reader.ReadInt64(), MaxFileBytes = context.Reader.ReadInt64() };
            return new LoadPhotosTransformer(environment, output, folder, input, limits);
        });

    /// <summary>Whether a column holds images as this step reads them.</summary>
    internal static bool Made(DataViewSchema.Column column) => column.Annotations.Schema.GetColumnOrNull(WholeFile) is not null;

    Func<ImageCell?> IImageStep.Maker(DataViewRow row)
    {
        var getPath = row.GetGetter<ReadOnlyMemory<char>>(_schema.InputColumn(row.Schema));
        return () =>
        {
            MLNetInternals.ThrowIfCanceled(_host);
            ReadOnlyMemory<char> name = default;
            getPath(ref name);
            if (name.IsEmpty)
                return null;
            var path = Path.Combine(Folder ?? "", $"{name}");
            return new(ImageFileReader.Read(path, Limits).Pixels, path);
        };
    }

    sealed record PhotoSchema(string OutputColumnName, string InputColumnName)
        : StepSchema(OutputColumnName, InputColumnName)
    {
        protected override Type InputType => typeof(TextDataViewType);

        protected override ImageDataViewType OutputType(DataViewType input) => new();

        protected override void Annotate(DataViewSchema.Annotations.Builder annotations) =>
            annotations.AddPrimitiveValue(WholeFile, BooleanDataViewType.Instance, true);
    }
}
