using Dream.ML.Imaging.Files;
using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML;

/// <summary>
/// Reads the image files that a text column names. Made by fitting the estimator of <c>mlContext.Transforms.LoadPhotos</c>,
/// or by loading a saved model.
/// </summary>
/// <remarks>
/// A file is read when its image is asked for; one that is missing, damaged, incomplete or too large is an
/// <see cref="IOException"/> that names it. A row without a path gives no image. The image's tag is the path.
/// </remarks>
public sealed class LoadPhotosTransformer : ITransformer
{
    const string WholeFile = "Dream.WholeFile";

    static readonly ImageDataViewType Type = new();
    static readonly ColumnAnnotation Annotation = ColumnAnnotation.Flag(WholeFile, true);

    readonly IHost _host;

    internal LoadPhotosTransformer(
        IHostEnvironment environment, string outputColumn, string? folder, string inputColumn, ImageLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumn);
        ArgumentException.ThrowIfNullOrEmpty(inputColumn);
        ImageTypes.Register();
        _host = environment.Register(nameof(LoadPhotosTransformer));
        (OutputColumnName, InputColumnName, Limits) = (outputColumn, inputColumn, limits);
        Folder = string.IsNullOrEmpty(folder) ? null : folder;
    }

    /// <summary>The column of paths.</summary>
    public string InputColumnName { get; }

    /// <summary>The column that holds the images.</summary>
    public string OutputColumnName { get; }

    /// <summary>The folder that paths start from; <c>null</c> for the current one.</summary>
    public string? Folder { get; }

    /// <summary>How large a file may be.</summary>
    public ImageLimits Limits { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        InputColumn(inputSchema);
        var annotations = new DataViewSchema.Annotations.Builder();
        Annotation.AddTo(annotations);
        var output = new DataViewSchema.Builder();
        output.AddColumns(inputSchema);
        output.AddColumn(OutputColumnName, Type, annotations.ToAnnotations());
        return output.ToSchema();
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new LoadPhotosDataView(input, this);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new LoadPhotosRowMapper(inputSchema, this);

    void ICanSaveModel.Save(ModelSaveContext ctx) => MLNetInternals.Loading.Save(ctx, this);

    /// <summary>Whether a column holds images as this step reads them.</summary>
    internal static bool Made(DataViewSchema.Column column) => column.Annotations.Schema.GetColumnOrNull(WholeFile) is not null;

    internal SchemaShape Extend(SchemaShape input)
    {
        var column = input.FirstOrDefault(column => column.Name == InputColumnName);
        if (column.Name is null)
            throw Mismatch("no such column");
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType is not TextDataViewType)
            throw Mismatch($"{column.ItemType}");
        return new(input
            .Where(column => column.Name != OutputColumnName)
            .Append(MLNetInternals.ScalarColumn(
                OutputColumnName, Type, MLNetInternals.ScalarColumn(Annotation.Name, Annotation.Type))));
    }

    internal DataViewSchema.Column InputColumn(DataViewSchema schema) =>
        schema.GetColumnOrNull(InputColumnName) is not { } column ? throw Mismatch("no such column")
        : column.Type is TextDataViewType ? column
        : throw Mismatch($"{column.Type}");

    /// <summary>A getter of the output column for the rows of the input.</summary>
    internal Delegate Getter(DataViewRow row)
    {
        var getPath = row.GetGetter<ReadOnlyMemory<char>>(InputColumn(row.Schema));
        return Getters.Image(() =>
        {
            MLNetInternals.ThrowIfCanceled(_host);
            ReadOnlyMemory<char> path = default;
            getPath(ref path);
            return path.IsEmpty ? null : Read(Path.Combine(Folder ?? "", path.ToString()));
        });
    }

    ImageCell Read(string path) => new(ImageFileReader.Read(path, Limits).Pixels, path);

    ArgumentOutOfRangeException Mismatch(string actual) =>
        new("inputSchema", $"Schema mismatch for input column '{InputColumnName}': expected Text, got {actual}");
}
