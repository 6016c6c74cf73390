using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>Copies the images of one column out of a row or cursor, and leaves none behind.</summary>
sealed class ImageReader(DataViewRow row, DataViewSchema.Column column)
{
    readonly ValueGetter<MLImage> _getter = row.GetGetter<MLImage>(column);
    bool? _isFresh;

    /// <summary>The current row's image, or <c>null</c> where it has none.</summary>
    internal ImageCell? Read()
    {
        // Getters that make fresh images dispose the one they are given back. Others hand out the user's, which is not ours to
        // dispose. An image of ours tells which.
        var probe = _isFresh is null ? MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, new byte[4]) : null;
        var image = probe;
        _getter(ref image!);
        if (probe is not null)
        {
            _isFresh = IsDisposed(probe);
            probe.Dispose();
        }
        // Where there is no image, some getters leave what they were given.
        if (image is null || image == probe)
            return null;
        try
        {
            return ImageCell.Read(image);
        }
        finally
        {
            if (_isFresh == true)
                image.Dispose();
        }
    }

    static bool IsDisposed(MLImage image)
    {
        try
        {
            return image.Width == 0;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
