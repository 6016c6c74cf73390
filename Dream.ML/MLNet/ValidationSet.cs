using Microsoft.ML;

namespace Dream.ML;

/// <summary>Photos to validate on while training; never trained on.</summary>
/// <param name="Name">Name in reports, and in the name of the file that keeps the weights that were best on it.</param>
/// <param name="Data">Data with the input column of the training.</param>
public sealed record ValidationSet(string Name, IDataView Data)
{
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
