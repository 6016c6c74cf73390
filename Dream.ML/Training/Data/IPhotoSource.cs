namespace Dream.ML.Training.Data;

/// <summary>Rows of photos that can be read again and again, in part, and from several threads at once.</summary>
interface IPhotoSource
{
    /// <summary>Number of rows.</summary>
    int Count { get; }

    /// <summary>Reads some rows, lazily, on the thread that enumerates.</summary>
    /// <param name="rows">Which rows, ascending.</param>
    /// <returns>One photo per row, in that order; what cannot be read comes as a problem instead.</returns>
    IEnumerable<PhotoRow> Read(IReadOnlyList<int> rows);
}
