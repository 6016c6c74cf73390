using Microsoft.ML;

namespace Dream.ML.MLNet.DataView;

/// <summary>The data and a column of images, read from files as rows are.</summary>
sealed class LoadPhotosDataView(IDataView source, LoadPhotosTransformer step) : IDataView
{
    public DataViewSchema Schema { get; } = step.GetOutputSchema(source.Schema);

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var (needed, isLoading) = Needed(columnsNeeded);
        return Cursor(source.GetRowCursor(needed, rand), isLoading);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var (needed, isLoading) = Needed(columnsNeeded);
        return Array.ConvertAll(source.GetRowCursorSet(needed, n, rand), cursor => Cursor(cursor, isLoading));
    }

    DataViewRowCursor Cursor(DataViewRowCursor cursor, bool isLoading) =>
        new PassThroughCursor(cursor, Schema, isLoading ? step.Getter(cursor) : null);

    (IEnumerable<DataViewSchema.Column> Needed, bool IsLoading) Needed(IEnumerable<DataViewSchema.Column> columns)
    {
        var indices = columns.Select(column => column.Index).ToHashSet();
        var isLoading = indices.Remove(source.Schema.Count);
        if (isLoading)
            indices.Add(step.InputColumn(source.Schema).Index);
        return (source.Schema.Where(column => indices.Contains(column.Index)).ToArray(), isLoading);
    }
}
