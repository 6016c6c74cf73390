using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>Maps row by row, for prediction engines.</summary>
sealed class ImageStepRowMapper(DataViewSchema inputSchema, IImageStep step) : IRowToRowMapper
{
    readonly DataViewSchema.Column[] _inputs = step.Schema.InputColumns(inputSchema);

    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = step.GetOutputSchema(inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.SelectMany(column => IsAdded(column) ? _inputs : [inputSchema[column.Index]]).Distinct();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (input.Schema != inputSchema)
            throw new ArgumentException("The row has another schema than this mapper was made for.", nameof(input));
        return new ImageStepRow(input, OutputSchema, activeColumns.Any(IsAdded) ? step : null);
    }

    bool IsAdded(DataViewSchema.Column column) => column.Index == inputSchema.Count;
}
