using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>Maps image by image, for prediction engines.</summary>
sealed class ImageStepRowMapper(DataViewSchema inputSchema, IImageStep step)
    : IRowToRowMapper
{
    readonly DataViewSchema.Column _input = SuperResolutionSchema.ImageColumn(inputSchema, step.InputColumnName);

    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = step.GetOutputSchema(inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Select(column => IsOutput(column) ? _input : inputSchema[column.Index]).Distinct();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (input.Schema != inputSchema)
            throw new ArgumentException("The row has another schema than this mapper was made for.", nameof(input));
        return new Row(this, input, activeColumns.Any(IsOutput));
    }

    bool IsOutput(DataViewSchema.Column column) => column.Index == inputSchema.Count;

    sealed class Row(ImageStepRowMapper mapper, DataViewRow input, bool isOutputActive) : DataViewRow
    {
        readonly ImageCellReader? _reader = isOutputActive ? new(input, mapper._input) : null;
        (long Position, ImageCell? Cell) _last = (-1, null);

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            mapper.IsOutput(column) ? isOutputActive : input.IsColumnActive(mapper.InputSchema[column.Index]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            !IsColumnActive(column) ? throw Getters.Inactive(column)
            : mapper.IsOutput(column) ? Getters.As<TValue>(Getters.Image(Mapped), column)
            : input.GetGetter<TValue>(mapper.InputSchema[column.Index]);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _reader?.Dispose();
                input.Dispose();
            }
            base.Dispose(disposing);
        }

        ImageCell? Mapped()
        {
            if (_last.Position != Position)
                _last = (Position, mapper.Map(_reader!.Read(), Position));
            return _last.Cell;
        }
    }

    ImageCell? Map(ImageCell? cell, long row) => step.MapRows([cell], row)[0];
}
