using System.Runtime.ExceptionServices;

namespace Dream.ML.Training.Data;

/// <summary>Reads rows on several threads and does something with each photo on the thread that decoded it.</summary>
static class PhotoReader
{
    /// <summary>Calls <paramref name="use"/> once for each row, with the row's place in <paramref name="rows"/>.</summary>
    internal static void Read(
        IPhotoSource source, IReadOnlyList<int> rows, int threads, Action<int, PhotoRow> use, CancellationToken cancellation)
    {
        // Every thread walks the data for itself and decodes its share.
        var places = Enumerable.Range(0, rows.Count).OrderBy(place => rows[place]).ToArray();
        var shares = places.Index().GroupBy(place => place.Index % threads, place => place.Item);
        try
        {
            Parallel.ForEach(shares, new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, (share, loop) =>
            {
                foreach (var (place, row) in share.Zip(source.Read([.. share.Select(place => rows[place])])))
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (loop.ShouldExitCurrentIteration)
                        return;
                    use(place, row);
                }
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }
}
