using Dream.ML.Inference;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.MLNet.DataView;

/// <summary>
/// The columns of a step that enlarges or reduces images: checks what comes in and says what goes out, before and after
/// fitting.
/// </summary>
sealed record SuperResolutionSchema(string OutputColumnName, string InputColumnName, int Scale)
{
    /// <summary>
    /// The model that makes the output; <c>null</c> where there is none and the input is <see cref="Scale"/> times as large as
    /// the output.
    /// </summary>
    internal ModelDescription? Model { get; init; }

    IEnumerable<ColumnAnnotation> Annotations => Model is null
        ? [ColumnAnnotation.Number("Dream.Scale", Scale)]
        :
        [
            ColumnAnnotation.Number("Dream.Scale", Scale),
            ColumnAnnotation.Text("Dream.Network", Model.Network.GetType().Name.Replace("Settings", "")),
            ColumnAnnotation.Text("Dream.Sampler", $"{Model.Sampling.Sampler}"),
            ColumnAnnotation.Number("Dream.Steps", Model.Sampling.Steps!.Value),
            ColumnAnnotation.Number("Dream.Seed", Model.Sampling.Seed!.Value),
            ColumnAnnotation.Number("Dream.EpsilonScaling", Model.Sampling.EpsilonScaling),
            ColumnAnnotation.Number("Dream.Detail", Model.Sampling.Detail),
            ColumnAnnotation.Flag("Dream.ColorFidelity", Model.Sampling.ColorFidelity!.Value),
            .. TargetSize(Model.Sampling),
        ];

    static IEnumerable<ColumnAnnotation> TargetSize(SamplingSettings sampling)
    {
        if (sampling.OutputScale is { } scale)
            yield return ColumnAnnotation.Number("Dream.OutputScale", scale);
        if (sampling.TargetWidth is { } width)
            yield return ColumnAnnotation.Number("Dream.TargetWidth", width);
        if (sampling.TargetHeight is { } height)
            yield return ColumnAnnotation.Number("Dream.TargetHeight", height);
    }

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
        if (Model is { Sampling: { TargetWidth: { } targetWidth, TargetHeight: { } targetHeight } })
            return ImageTypes.Sized(targetHeight, targetWidth);
        if (input.Height == 0)
            return input;
        if (Model is not null)
        {
            var (width, height) = Model.OutputSize(input.Width, input.Height);
            return checked(ImageTypes.Sized((int)height, (int)width));
        }
        if (Math.Min(input.Height, input.Width) < Scale)
            throw Mismatch(InputColumnName, $"{input}, which is too small to be reduced {Scale} times");
        return ImageTypes.Sized(input.Height / Scale, input.Width / Scale);
    }

    static ArgumentOutOfRangeException Missing(string name, IEnumerable<string> imageColumns)
    {
        var names = string.Join(", ", imageColumns.Select(column => $"'{column}'"));
        return Mismatch(name, "no such column. " + (names != "" ? $"Image columns in the data: {names}."
            : "The data has no image column. AppendCacheCheckpoint and ShuffleRows silently drop image columns: leave them out before this step."));
    }

    static ArgumentOutOfRangeException Mismatch(string name, string actual) =>
        new("inputSchema", $"Schema mismatch for input column '{name}': expected Image, got {actual}");
}
