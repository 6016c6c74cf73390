using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>What a <see cref="BatchUpscaler"/> works on, and how.</summary>
public sealed record BatchUpscaleOptions
{
    /// <summary>
    /// The folder of images, sub-folders included; hidden files, linked folders and the output folder are left out.
    /// </summary>
    public required string InputFolder { get; init; }

    /// <summary>
    /// Images in <see cref="InputFolder"/>, by full path or by path below it; <c>null</c>, the default, for all.
    /// </summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>
    /// Where the results go; it is created where missing. It mirrors the sub-folders and names of the input folder: a
    /// name keeps its extension, and gets that of <see cref="Format"/> behind it where it is another. It holds one hidden
    /// file per shard that remembers what is finished.
    /// </summary>
    public required string OutputFolder { get; init; }

    /// <summary>The part of the images to work on; <c>null</c>, the default, for all.</summary>
    public BatchShard? Shard { get; init; }

    /// <summary>What happens to results that exist; <see cref="OverwritePolicy.Changed"/> by default.</summary>
    public OverwritePolicy Overwrite { get; init; }

    /// <summary>The format of the results; <see cref="ImageFileFormat.Png"/> by default.</summary>
    public ImageFileFormat Format { get; init; }

    /// <summary>Quality of JPEG and WebP results: 1 to 100, 90 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int Quality { get; init => field = InRange(value, 1, 100); } = 90;

    /// <summary>How large an input may be.</summary>
    public ImageLimits Limits { get; init; } = new();
}
