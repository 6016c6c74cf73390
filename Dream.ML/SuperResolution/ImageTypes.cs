using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.SuperResolution;

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

    /// <summary>The type of images enlarged <paramref name="scale"/> times, registered; unsized if they are.</summary>
    internal static ImageDataViewType Scaled(ImageDataViewType type, int scale) =>
        type.Height == 0 ? type : checked(Sized(type.Height * scale, type.Width * scale));

    /// <summary>The type of images reduced <paramref name="scale"/> times, registered; unsized if they are.</summary>
    internal static ImageDataViewType Reduced(ImageDataViewType type, int scale) =>
        type.Height == 0 ? type : Sized(type.Height / scale, type.Width / scale);

    static ImageDataViewType Sized(int height, int width)
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
