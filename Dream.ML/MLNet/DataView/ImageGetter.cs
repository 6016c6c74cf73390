using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>Gets the images of one column of a row or cursor, each valid until the next, and leaves none behind.</summary>
sealed class ImageGetter(DataViewRow row, DataViewSchema.Column column) : IDisposable
{
    readonly ValueGetter<MLImage> _getter = row.GetGetter<MLImage>(column);

    MLImage? _image;
    bool? _isFresh;

    /// <summary>The current row's image, or <c>null</c> where it has none.</summary>
    internal MLImage? Get()
    {
        // Getters that make fresh images dispose the one they are given back. Others hand out the user's, which is not ours to
        // dispose. The first call tells which.
        var probes = _isFresh is null;
        var given = probes ? MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, new byte[4]) : _image;
        _image = given;
        _getter(ref _image!);
        if (probes)
        {
            _isFresh = IsDisposed(given!);
            given!.Dispose();
        }
        // Where there is no image, some getters leave what they were given.
        if (_image == given && (probes || _isFresh == true))
            _image = null;
        return _image;
    }

    public void Dispose()
    {
        if (_isFresh == true)
            _image?.Dispose();
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
