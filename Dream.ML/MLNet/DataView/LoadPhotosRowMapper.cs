using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>Reads file by file, for prediction engines.</summary>
sealed class LoadPhotosRowMapper(DataViewSchema inputSchema, LoadPhotosTransformer step) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = step.GetOutputSchema(inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns
            .Select(column => IsAdded(column) ? step.InputColumn(inputSchema) : inputSchema[column.Index])
            .Distinct();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (input.Schema != inputSchema)
            throw new ArgumentException("The row has another schema than this mapper was made for.", nameof(input));
        return new Row(this, input, activeColumns.Any(IsAdded) ? step.Getter(input) : null);
    }

    bool IsAdded(DataViewSchema.Column column) => column.Index == inputSchema.Count;

    sealed class Row(LoadPhotosRowMapper mapper, DataViewRow input, Delegate? added) : DataViewRow
    {
        public override DataViewSchema Schema => mapper.OutputSchema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            mapper.IsAdded(column) ? added is not null : input.IsColumnActive(mapper.InputSchema[column.Index]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            !IsColumnActive(column) ? throw Getters.Inactive(column)
            : mapper.IsAdded(column) ? Getters.As<TValue>(added!, column)
            : input.GetGetter<TValue>(mapper.InputSchema[column.Index]);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
