using SkiaSharp;

namespace Dream.ML.Samples.Classifier;

/// <summary>Stands in for product photos: parts of photos, each labeled with the photo that it comes from.</summary>
public static class Thumbnails
{
    const int Part = 128;
    const int Side = 32;

    /// <summary>Cuts photos into parts that do not overlap, and reduces each to a quarter of its width and height.</summary>
    /// <returns>The output folder, which has a folder for each photo.</returns>
    public static string Cut(string photos, string output)
    {
        foreach (var file in Directory.GetFiles(photos))
        {
            using var photo = SKBitmap.Decode(file);
            var label = Directory.CreateDirectory(Path.Combine(output, Path.GetFileNameWithoutExtension(file))).FullName;
            for (var y = 0; y + Part <= photo.Height; y += Part)
                for (var x = 0; x + Part <= photo.Width; x += Part)
                {
                    using var part = new SKBitmap();
                    photo.ExtractSubset(part, SKRectI.Create(x, y, Part, Part));
                    using var small = part.Resize(new SKSizeI(Side, Side), SKFilterQuality.Medium);
                    using var thumbnail = File.Create(Path.Combine(label, $"{y}-{x}.png"));
                    small.Encode(thumbnail, SKEncodedImageFormat.Png, quality: 100);
                }
        }
        return output;
    }
}
