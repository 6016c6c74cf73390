namespace Dream.ML.Samples.Classifier;

/// <summary>A picture file and what it shows.</summary>
public sealed record Photo(string Path, string Label)
{
    /// <summary>The pictures of a folder that has a folder for each label.</summary>
    public static IReadOnlyList<Photo> Find(string folder) =>
    [
        .. from label in Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
           from file in Directory.GetFiles(label).Order(StringComparer.Ordinal)
           select new Photo(file, System.IO.Path.GetFileName(label)),
    ];
}
