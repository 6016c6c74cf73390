using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.MLNet.DataView;

/// <summary>Finds columns and gets at their values, or says what is wrong.</summary>
static class ColumnExtensions
{
    /// <summary>The column of that name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or it holds something else.</exception>
    internal static DataViewSchema.Column Find(this DataViewSchema schema, string name, Type type)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Missing(name, type, schema.Where(c => !c.IsHidden && type.IsInstanceOfType(c.Type)).Select(c => c.Name));
        return type.IsInstanceOfType(column.Type) ? column : throw Mismatch(name, type, $"{column.Type}");
    }

    /// <inheritdoc cref="Find(DataViewSchema, string, Type)"/>
    internal static SchemaShape.Column Find(this SchemaShape schema, string name, Type type)
    {
        var column = schema.FirstOrDefault(c => c.Name == name);
        if (column.Name is null)
            throw Missing(name, type, schema.Where(c => type.IsInstanceOfType(c.ItemType)).Select(c => c.Name));
        var isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        return isScalar && type.IsInstanceOfType(column.ItemType)
            ? column
            : throw Mismatch(name, type, isScalar ? $"{column.ItemType}" : $"Vector<{column.ItemType}>");
    }

    /// <summary>That a column does not hold what a step needs.</summary>
    internal static ArgumentOutOfRangeException Mismatch(string name, Type type, string actual) =>
        new("inputSchema", $"Schema mismatch for input column '{name}': expected {Kind(type)}, got {actual}");

    /// <summary>The getter as one of the type that a reader of the column asks for.</summary>
    internal static ValueGetter<TValue> As<TValue>(this DataViewSchema.Column column, Delegate getter) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Column '{column.Name}' holds {column.Type.RawType.Name}, not {typeof(TValue).Name}.");

    /// <summary>That a column has no getter.</summary>
    internal static InvalidOperationException Inactive(this DataViewSchema.Column column) =>
        new($"Column '{column.Name}' was not asked for when the cursor was made.");

    static ArgumentOutOfRangeException Missing(string name, Type type, IEnumerable<string> others)
    {
        var names = string.Join(", ", others.Select(column => $"'{column}'"));
        return Mismatch(name, type, "no such column. " + (
            names != "" ? $"{Kind(type)} columns in the data: {names}."
            : type != typeof(ImageDataViewType) ? $"The data has no {Kind(type)} column."
            : "The data has no image column. AppendCacheCheckpoint and ShuffleRows silently drop image columns: leave them out before this step."));
    }

    static string Kind(Type type) => type.Name.Replace("DataViewType", "");
}
