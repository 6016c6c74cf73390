using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>A transformer that adds a column of images, made from one other column row by row.</summary>
interface IImageStep : ITransformer
{
    StepSchema Schema { get; }

    /// <summary>The number of rows to read ahead and map together.</summary>
    int BatchSize => 1;

    /// <summary>Whether several cursors side by side would only compete.</summary>
    bool UsesAllCores => false;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Reads what is mapped, each time that of the current row.</summary>
    Func<ImageCell?> Reader(DataViewRow row) => ImageCell.Reader(row, Schema.InputColumn(row.Schema));

    /// <summary>A new cell for each one, <c>null</c> for <c>null</c>.</summary>
    ImageCell?[] Map(ReadOnlySpan<ImageCell?> cells);

    void ThrowIfDisposed() { }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new ImageStepRowMapper(inputSchema, this);

    /// <summary>Maps the images of consecutive rows; where it fails, it says which.</summary>
    sealed ImageCell?[] MapRows(ReadOnlySpan<ImageCell?> cells, long firstRow)
    {
        try
        {
            return Map(cells);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException))
        {
            var rows = cells.Length == 1 ? $"row {firstRow}" : $"rows {firstRow} to {firstRow + cells.Length - 1}";
            throw new InvalidOperationException($"Image column '{Schema.InputColumnName}', {rows}: {e.Message}", e);
        }
    }
}
