using Dream.ML.Batch;
using Dream.ML.IO;
using Dream.ML.Samples.Reporting;
using Microsoft.ML.Data;

namespace Dream.ML.Samples.Photos;

/// <summary>A photo on disk.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path below the folder that was searched, without extension where that is unambiguous.</param>
/// <param name="Picture">What to call a picture that is made of it.</param>
sealed record PhotoFile(string Path, string Name, string Picture)
{
    /// <summary>
    /// The photos in a folder and all below it, but for <paramref name="output"/>, or the one file that the path names. What
    /// is left out is named in warnings.
    /// </summary>
    internal static IReadOnlyList<PhotoFile> Find(string path, string? output = null)
    {
        if (File.Exists(path))
        {
            RegularFile.ThrowIfOther(path);
            return [Create(path, System.IO.Path.GetFileName(path), isAlone: true)];
        }
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"There is no file or folder '{path}'.");

        var folder = ImageFolder.Search(path, output);
        foreach (var problem in folder.Problems)
            Failure.Warn($"{problem.File}: {problem.Reason}");
        Failure.WarnOfLeftOut(folder.LeftOut);
        if (folder.Images.Count == 0)
            throw new FileNotFoundException($"Folder '{path}' holds no photos that can be read.");
        return
        [
            .. folder.Images
                .GroupBy(name => System.IO.Path.ChangeExtension(name, null))
                .SelectMany(group => group.Select(name =>
                    Create(System.IO.Path.Combine(folder.Root, name), name, isAlone: group.Count() == 1)))
                .OrderBy(photo => photo.Name, StringComparer.Ordinal),
        ];
    }

    static PhotoFile Create(string path, string name, bool isAlone) => new(
        path, isAlone ? System.IO.Path.ChangeExtension(name, null) : name, BatchItem.ResultOf(name, ".png"));

    /// <summary>What may not be replaced.</summary>
    internal static IReadOnlySet<FileIdentity> Identities(IEnumerable<PhotoFile> photos) =>
        photos.Select(photo => FileIdentity.Of(photo.Path)).OfType<FileIdentity>().ToHashSet();

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
