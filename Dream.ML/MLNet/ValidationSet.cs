using Microsoft.ML;

namespace Dream.ML;

/// <summary>Photos to validate on while training; never trained on.</summary>
public sealed record ValidationSet
{
    /// <summary>Name in reports, and in the name of the file that keeps the weights that were best on it.</summary>
    public required string Name { get; init; }

    /// <summary>Data with the input column of the training.</summary>
    public required IDataView Data { get; init; }

    /// <summary>
    /// Name of an image column with the high-resolution side of real pairs; the input column then holds the low-resolution
    /// side, which is read as it is.
    /// </summary>
    /// <value><c>null</c>: the input column holds photos, and <see cref="Degradation"/> makes the low-resolution side.</value>
    public string? TargetColumnName { get; init; }

    /// <summary>How the low-resolution side is made; the same each time.</summary>
    /// <value><c>null</c>: as in training.</value>
    public DegradationSettings? Degradation { get; init; }
}
