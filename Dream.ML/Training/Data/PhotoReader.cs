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
        var shares = Enumerable.Range(0, Math.Clamp(threads, 1, Math.Max(1, rows.Count)))
            .Select(share => places.Where((_, i) => i % threads == share).ToArray())
            .ToArray();
        ExceptionDispatchInfo? failure = null;
        var workers = Array.ConvertAll(shares, share => new Thread(() =>
        {
            try
            {
                var next = 0;
                foreach (var row in source.Read(Array.ConvertAll(share, place => rows[place])))
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (Volatile.Read(ref failure) is not null)
                        return;
                    use(share[next++], row);
                }
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
            }
        })
        { IsBackground = true, Name = "Dream.ML photo reader" });

        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
        failure?.Throw();
    }
}
