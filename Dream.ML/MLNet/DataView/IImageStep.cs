using Microsoft.ML;

namespace Dream.ML.MLNet.DataView;

/// <summary>What data view, cursor and row mapper need of a transformer that makes images from images.</summary>
interface IImageStep
{
    string InputColumnName { get; }

    /// <summary>The number of rows to read ahead and map together.</summary>
    int BatchSize => 1;

    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <summary>A new cell for each one, <c>null</c> for <c>null</c>.</summary>
    ImageCell?[] Map(ReadOnlySpan<ImageCell?> cells);

    void ThrowIfDisposed() { }

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
            throw new InvalidOperationException($"Image column '{InputColumnName}', {rows}: {e.Message}", e);
        }
    }
}
