using System.Diagnostics;
using System.Text.Json.Serialization;
using Microsoft.ML.Data;

namespace Dream.ML.Samples.Photos;

/// <summary>A photo, reduced and upscaled again by several methods.</summary>
/// <param name="Name">The photo.</param>
/// <param name="Results">How close each method came, by its name; bicubic interpolation first.</param>
/// <param name="Elapsed">How long the last one took.</param>
sealed record PhotoComparison(string Name, IReadOnlyDictionary<string, Quality> Results, [property: JsonIgnore] TimeSpan Elapsed)
{
    /// <summary>Compares models of one scale, and saves a picture: bicubic | each model | original.</summary>
    internal static PhotoComparison Run(
        IReadOnlyList<(string Name, DreamSuperResolutionTransformer Model)> models, PhotoFile photo, string picture, CancellationToken cancellation)
    {
        var scale = models[0].Model.Scale;
        using var whole = photo.Open();
        int width = whole.Width / scale, height = whole.Height / scale;
        using var original = whole.Crop(0, 0, width * scale, height * scale);
        using var input = original.ResizeBicubic(width, height);
        List<MLImage> upscaled = [input.ResizeBicubic(original.Width, original.Height)];
        try
        {
            var clock = new Stopwatch();
            foreach (var (_, model) in models)
            {
                clock.Restart();
                upscaled.Add(model.Upscale(input, original.Width, original.Height, cancellation));
                clock.Stop();
            }
            using var panels = Panels.SideBySide([.. upscaled, original]);
            Directory.CreateDirectory(Path.GetDirectoryName(picture)!);
            panels.Save(picture);
            var names = models.Select(model => model.Name).Prepend("bicubic");
            return new(photo.Name, new OrderedDictionary<string, Quality>(names.Zip(upscaled, (name, image) =>
                KeyValuePair.Create(name, Quality.Of(image, original)))), clock.Elapsed);
        }
        finally
        {
            upscaled.ForEach(image => image.Dispose());
        }
    }

    /// <summary>Means over photos that were upscaled by the same methods.</summary>
    internal static IReadOnlyDictionary<string, Quality> Mean(IReadOnlyList<PhotoComparison> photos) =>
        new OrderedDictionary<string, Quality>(photos[0].Results.Keys.Select(name =>
            KeyValuePair.Create(name, Quality.Mean(photos.Select(photo => photo.Results[name])))));
}
