namespace Dream.ML.Training.Data;

/// <summary>Some rows of a source, numbered anew.</summary>
/// <param name="source">The whole.</param>
/// <param name="rows">Which rows, ascending.</param>
sealed class PhotoSubset(IPhotoSource source, int[] rows) : IPhotoSource
{
    public int Count => rows.Length;

    public IEnumerable<PhotoRow> Read(IReadOnlyList<int> wanted) => source.Read([.. wanted.Select(row => rows[row])]);
}
