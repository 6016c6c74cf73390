using Microsoft.ML;

namespace Dream.ML.MLNet.DataView;

/// <summary>The data and the column of a step, computed as rows are read.</summary>
sealed class ImageStepDataView(IDataView source, IImageStep step) : IDataView
{
    public DataViewSchema Schema { get; } = step.GetOutputSchema(source.Schema);

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        step.ThrowIfDisposed();
        var needed = columnsNeeded.Select(column => column.Index).ToHashSet();
        var passed = source.Schema.Where(column => needed.Contains(column.Index)).ToArray();
        if (!needed.Contains(source.Schema.Count))
            return new PassThroughCursor(source.GetRowCursor(passed, rand), Schema);

        var input = SuperResolutionSchema.ImageColumn(source.Schema, step.InputColumnName);
        var cursor = source.GetRowCursor(passed.Append(input).Distinct(), rand);
        return new ImageStepCursor(cursor, passed, input, Schema, step);
    }

    // One: torch spreads the work over the cores by itself.
    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
