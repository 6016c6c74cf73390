using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Dream.ML.Samples.Photos;

/// <summary>A photo, reduced and upscaled again by bicubic and by Dream.ML.</summary>
sealed record PhotoComparison(
    string Name, Quality Bicubic, Quality Dream, [property: JsonIgnore] TimeSpan Elapsed)
{
    /// <summary>Compares, and saves a picture: input | bicubic | Dream.ML | original.</summary>
    internal static PhotoComparison Run(
        DreamSuperResolutionTransformer model, PhotoFile photo, string picture, CancellationToken cancellation)
    {
        using var whole = photo.Open();
        int width = whole.Width / model.Scale, height = whole.Height / model.Scale;
        using var original = Panels.Crop(whole, width * model.Scale, height * model.Scale);
        using var input = original.ResizeBicubic(width, height);
        using var bicubic = input.ResizeBicubic(original.Width, original.Height);

        var clock = Stopwatch.StartNew();
        using var dream = model.Upscale(input, original.Width, original.Height, cancellation);
        clock.Stop();

        using var enlarged = Panels.Enlarge(input, model.Scale);
        using var panels = Panels.SideBySide(enlarged, bicubic, dream, original);
        Directory.CreateDirectory(Path.GetDirectoryName(picture)!);
        panels.Save(picture);
        return new(photo.Name, Quality.Of(bicubic, original), Quality.Of(dream, original), clock.Elapsed);
    }
}
