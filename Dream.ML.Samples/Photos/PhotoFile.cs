using Dream.ML.Imaging.Files;
using Dream.ML.Samples.Reporting;
using Microsoft.ML.Data;

namespace Dream.ML.Samples.Photos;

/// <summary>A photo on disk.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path below the folder that was searched, without extension where that is unambiguous.</param>
sealed record PhotoFile(string Path, string Name)
{
    static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp"];

    /// <summary>The photos in a folder and all below it, or the one file that the path names.</summary>
    internal static IReadOnlyList<PhotoFile> Find(string path)
    {
        if (File.Exists(path))
            return [new(path, System.IO.Path.GetFileNameWithoutExtension(path))];
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"There is no folder '{path}'.");

        var files = Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(file => Extensions.Contains(System.IO.Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .GroupBy(file => System.IO.Path.ChangeExtension(System.IO.Path.GetRelativePath(path, file), null))
            .SelectMany(group => group.Select(file =>
                new PhotoFile(file, group.Count() == 1 ? group.Key : System.IO.Path.GetRelativePath(path, file))))
            .OrderBy(photo => photo.Name, StringComparer.Ordinal)
            .ToList();
        return files.Count > 0
            ? files
            : throw new FileNotFoundException($"Folder '{path}' holds no photos ({string.Join(", ", Extensions)}).");
    }

    /// <summary>Decodes the photo. The image belongs to the caller.</summary>
    internal MLImage Open() => ImageFiles.Read(Path);

    /// <summary>Does something with each photo; one that fails is named, and the rest goes on.</summary>
    /// <returns>Whether none failed.</returns>
    internal static bool ForEach(IEnumerable<PhotoFile> photos, Action<PhotoFile> action)
    {
        var good = true;
        foreach (var photo in photos)
        {
            try
            {
                action(photo);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Failure.Warn($"{photo.Path}: {Failure.Describe(e)}");
                good = false;
            }
        }
        return good;
    }
}
