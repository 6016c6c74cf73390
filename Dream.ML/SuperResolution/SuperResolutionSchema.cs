using Dream.ML.Inference;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.SuperResolution;

/// <summary>
/// The columns of a step that enlarges or reduces images: checks what comes in and says what goes out, before and after
/// fitting.
/// </summary>
sealed record SuperResolutionSchema(string OutputColumnName, string InputColumnName, int Scale)
{
    /// <summary>Whether it is the input that is <see cref="Scale"/> times as large as the output.</summary>
    internal bool Reduces { get; init; }

    /// <summary>What makes the output, for its annotations; <c>null</c> where no model does.</summary>
    internal ModelDescription? Model { get; init; }

    IEnumerable<ColumnAnnotation> Annotations => Model is null
        ? [ColumnAnnotation.Number("Dream.Scale", Scale)]
        :
        [
            ColumnAnnotation.Number("Dream.Scale", Scale),
            ColumnAnnotation.Text("Dream.Network", Model.Network.GetType().Name.Replace("Settings", "")),
            ColumnAnnotation.Text("Dream.Sampler", $"{Model.Sampling.Sampler}"),
            ColumnAnnotation.Number("Dream.Steps", Model.Sampling.Steps),
            ColumnAnnotation.Number("Dream.Eta", Model.Sampling.Eta),
            ColumnAnnotation.Number("Dream.Seed", Model.Sampling.Seed),
            ColumnAnnotation.Flag("Dream.ColorFidelity", Model.Sampling.ColorFidelity),
        ];

    /// <summary>The given schema and the output column behind it.</summary>
    internal DataViewSchema Extend(DataViewSchema input)
    {
        var type = (ImageDataViewType)ImageColumn(input, InputColumnName).Type;
        var annotations = new DataViewSchema.Annotations.Builder();
        foreach (var annotation in Annotations)
            annotation.AddTo(annotations);

        var output = new DataViewSchema.Builder();
        output.AddColumns(input);
        output.AddColumn(OutputColumnName, OutputType(type), annotations.ToAnnotations());
        return output.ToSchema();
    }

    /// <inheritdoc cref="Extend(DataViewSchema)"/>
    internal SchemaShape Extend(SchemaShape input)
    {
        var type = (ImageDataViewType)ImageColumn(input, InputColumnName).ItemType;
        return new(input
            .Where(column => column.Name != OutputColumnName)
            .Append(MLNetInternals.ScalarColumn(OutputColumnName, OutputType(type),
                [.. Annotations.Select(annotation => MLNetInternals.ScalarColumn(annotation.Name, annotation.Type))])));
    }

    /// <summary>The image column of that name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or it holds something else.</exception>
    internal static DataViewSchema.Column ImageColumn(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Missing(name, schema.Where(c => !c.IsHidden && c.Type is ImageDataViewType).Select(c => c.Name));
        return column.Type is ImageDataViewType ? column : throw Mismatch(name, $"{column.Type}");
    }

    /// <inheritdoc cref="ImageColumn(DataViewSchema, string)"/>
    internal static SchemaShape.Column ImageColumn(SchemaShape schema, string name)
    {
        var column = schema.FirstOrDefault(c => c.Name == name);
        if (column.Name is null)
            throw Missing(name, schema.Where(c => c.ItemType is ImageDataViewType).Select(c => c.Name));
        var isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        return isScalar && column.ItemType is ImageDataViewType
            ? column
            : throw Mismatch(name, isScalar ? $"{column.ItemType}" : $"Vector<{column.ItemType}>");
    }

    ImageDataViewType OutputType(ImageDataViewType input)
    {
        if (!Reduces)
            return ImageTypes.Scaled(input, Scale);
        if (input.Height != 0 && Math.Min(input.Height, input.Width) < Scale)
            throw Mismatch(InputColumnName, $"{input}, which is too small to be reduced {Scale} times");
        return ImageTypes.Reduced(input, Scale);
    }

    static ArgumentOutOfRangeException Missing(string name, IEnumerable<string> imageColumns)
    {
        var names = string.Join(", ", imageColumns.Select(column => $"'{column}'"));
        var present = names == "" ? "The data has no image column." : $"Image columns in the data: {names}.";
        return Mismatch(name,
            $"no such column. {present} " +
            "AppendCacheCheckpoint and ShuffleRows silently drop image columns: leave them out before this step.");
    }

    static ArgumentOutOfRangeException Mismatch(string name, string actual) =>
        new("inputSchema", $"Schema mismatch for input column '{name}': expected Image, got {actual}");
}
