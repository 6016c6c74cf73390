using Microsoft.ML;

namespace Dream.ML.MLNet.DataView;

/// <summary>Copies the images of one column out of a row or cursor.</summary>
sealed class ImageCellReader(DataViewRow row, DataViewSchema.Column column) : IDisposable
{
    readonly ImageGetter _images = new(row, column);

    /// <summary>The current row's image, or <c>null</c> where it has none.</summary>
    internal ImageCell? Read()
    {
        try
        {
            return _images.Get() is { } image ? ImageCell.Read(image) : null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"Image column '{column.Name}', row {row.Position}: {e.Message}", e);
        }
    }

    public void Dispose() => _images.Dispose();
}
