using SkiaSharp;

namespace Dream.ML.Samples.Classifier;

/// <summary>Small pictures in a temporary folder: parts of photos, each labeled with the photo that it is from.</summary>
public sealed class Thumbnails : IDisposable
{
    const int Part = 128;
    const int Side = 32;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dream-products-");

    /// <summary>Cuts every photo into parts that do not overlap, and reduces each to a quarter of its width and height.</summary>
    public Thumbnails(string photos)
    {
        foreach (var file in Directory.GetFiles(photos))
        {
            using var photo = SKBitmap.Decode(file);
            var label = _folder.CreateSubdirectory(Path.GetFileNameWithoutExtension(file)).FullName;
            for (var y = 0; y + Part <= photo.Height; y += Part)
                for (var x = 0; x + Part <= photo.Width; x += Part)
                {
                    using var part = new SKBitmap();
                    photo.ExtractSubset(part, SKRectI.Create(x, y, Part, Part));
                    using var small = part.Resize(new SKSizeI(Side, Side), SKFilterQuality.Medium);
                    using var output = File.Create(Path.Combine(label, $"{y}-{x}.png"));
                    small.Encode(output, SKEncodedImageFormat.Png, 100);
                }
        }
    }

    /// <summary>The folder, with a folder for each label.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Deletes the folder.</summary>
    public void Dispose() => _folder.Delete(recursive: true);
}
