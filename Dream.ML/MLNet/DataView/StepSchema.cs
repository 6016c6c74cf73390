using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.MLNet.DataView;

/// <summary>
/// The columns that a step reads and the column of images that it adds: checks what comes in and says what goes out, before
/// and after fitting.
/// </summary>
abstract record StepSchema(string OutputColumnName, string InputColumnName)
{
    protected virtual Type InputType => typeof(ImageDataViewType);

    /// <summary>The column to read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or it holds something else.</exception>
    internal DataViewSchema.Column InputColumn(DataViewSchema schema) => schema.Find(InputColumnName, InputType);

    /// <summary>All columns to read, <see cref="InputColumn"/> first.</summary>
    /// <inheritdoc cref="InputColumn" path="/exception"/>
    internal DataViewSchema.Column[] InputColumns(DataViewSchema schema) => [.. InputColumnNames.Select(name => schema.Find(name, InputType))];

    protected virtual string[] InputColumnNames => [InputColumnName];

    /// <summary>The given schema and the output column after it.</summary>
    internal DataViewSchema Extend(DataViewSchema input)
    {
        var output = new DataViewSchema.Builder();
        output.AddColumns(input);
        output.AddColumn(OutputColumnName, OutputType(InputColumns(input)[0].Type), Annotations());
        return output.ToSchema();
    }

    /// <inheritdoc cref="Extend(DataViewSchema)"/>
    internal SchemaShape Extend(SchemaShape input)
    {
        var inputs = Array.ConvertAll(InputColumnNames, name => input.Find(name, InputType));
        var type = OutputType(inputs[0].ItemType);
        var annotations = Annotations().Schema.Select(annotation => MLNetInternals.ScalarColumn(annotation.Name, annotation.Type));
        return new(input
            .Where(column => column.Name != OutputColumnName)
            .Append(MLNetInternals.ScalarColumn(OutputColumnName, type, [.. annotations])));
    }

    protected abstract ImageDataViewType OutputType(DataViewType input);

    /// <summary>Has the output column tell how its images were made.</summary>
    protected abstract void Annotate(DataViewSchema.Annotations.Builder annotations);

    DataViewSchema.Annotations Annotations()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        Annotate(annotations);
        return annotations.ToAnnotations();
    }
}
