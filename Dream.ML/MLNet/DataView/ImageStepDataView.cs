using Microsoft.ML;

namespace Dream.ML.MLNet.DataView;

/// <summary>The data and the column of a step, computed as rows are read.</summary>
sealed class ImageStepDataView(IDataView source, IImageStep step) : IDataView
{
    public DataViewSchema Schema { get; } = step.GetOutputSchema(source.Schema);

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        Open(columnsNeeded, columns => [source.GetRowCursor(columns, rand)])[0];

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => step.UsesAllCores
        ? [GetRowCursor(columnsNeeded, rand)]
        : Open(columnsNeeded, columns => source.GetRowCursorSet(columns, n, rand));

    DataViewRowCursor[] Open(
        IEnumerable<DataViewSchema.Column> columnsNeeded, Func<DataViewSchema.Column[], DataViewRowCursor[]> open)
    {
        step.ThrowIfDisposed();
        var active = columnsNeeded.Select(column => column.Index).ToHashSet();
        var isMade = active.Contains(source.Schema.Count);
        var passed = source.Schema.Where(column => active.Contains(column.Index)).ToArray();
        var read = isMade ? [.. passed.Concat(step.Schema.InputColumns(source.Schema)).Distinct()] : passed;
        return Array.ConvertAll<DataViewRowCursor, DataViewRowCursor>(open(read), cursor =>
            new ImageStepCursor(cursor, new ImageStepRow(cursor, Schema, isMade ? step : null), active));
    }
}
