using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.SuperResolution;

/// <summary>
/// Makes image types known to ML.NET, which binds a class property to an image column only if the column's exact
/// type was registered, and registers none by itself but those that attributes name.
/// </summary>
static class ImageTypes
{
    static ImageTypes()
    {
        try
        {
            DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));
        }
        catch (InvalidOperationException)
        {
            // The application has registered MLImage in its own way: leave it.
        }
    }

    /// <summary>Lets plain <see cref="MLImage"/> properties, without any attribute, hold images of any size.</summary>
    internal static void Register() { }

    /// <summary>The type of an image that is <paramref name="scale"/> times as large, registered; unsized stays unsized.</summary>
    internal static ImageDataViewType Scaled(ImageDataViewType type, int scale)
    {
        if (type.Height == 0)
            return type;
        var (height, width) = checked((type.Height * scale, type.Width * scale));
        new ImageTypeAttribute(height, width).Register();
        return new(height, width);
    }
}
