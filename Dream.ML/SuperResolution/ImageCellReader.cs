using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.SuperResolution;

/// <summary>Copies the images of one column out of a row or cursor.</summary>
sealed class ImageCellReader(DataViewRow row, DataViewSchema.Column column)
{
    readonly ValueGetter<MLImage> _getter = row.GetGetter<MLImage>(column);

    // ML.NET's getters dispose what they are handed, so they get their own image back each time. We never dispose it:
    // it may be the user's.
    MLImage _image = null!;

    /// <summary>The current row's image, or <c>null</c> where it has none.</summary>
    internal ImageCell? Read()
    {
        try
        {
            _getter(ref _image);
            return _image is null ? null : ImageCell.Read(_image);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"Image column '{column.Name}', row {row.Position}: {e.Message}", e);
        }
    }
}
