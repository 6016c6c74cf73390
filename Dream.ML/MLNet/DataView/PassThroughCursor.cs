using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>
/// The source's cursor under the output schema, with a getter for the new column or for readers that leave it alone.
/// </summary>
sealed class PassThroughCursor(DataViewRowCursor source, DataViewSchema schema, Delegate? added = null) : DataViewRowCursor
{
    public override DataViewSchema Schema => schema;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override bool MoveNext() => source.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        IsAdded(column) ? added is not null : source.IsColumnActive(source.Schema[column.Index]);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        !IsColumnActive(column) ? throw Getters.Inactive(column)
        : IsAdded(column) ? Getters.As<TValue>(added!, column)
        : source.GetGetter<TValue>(source.Schema[column.Index]);

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }

    bool IsAdded(DataViewSchema.Column column) => column.Index == source.Schema.Count;
}
