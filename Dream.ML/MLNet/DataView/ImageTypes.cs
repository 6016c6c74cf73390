using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.MLNet.DataView;

/// <summary>
/// Makes image types known to ML.NET, which binds a class property to an image column only if the column's exact
/// type was registered, and registers none by itself but those that attributes name.
/// </summary>
static class ImageTypes
{
    static ImageTypes() =>
        TryRegister(() => DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage)));

    /// <summary>Lets plain <see cref="MLImage"/> properties, without any attribute, hold images of any size.</summary>
    internal static void Register() { }

    /// <summary>The type of images of that size, registered.</summary>
    internal static ImageDataViewType Sized(int height, int width)
    {
        TryRegister(new ImageTypeAttribute(height, width).Register);
        return new(height, width);
    }

    static void TryRegister(Action register)
    {
        try
        {
            register();
        }
        catch (ArgumentException)
        {
            // The application has registered the type in its own way: leave it.
        }
    }
}
