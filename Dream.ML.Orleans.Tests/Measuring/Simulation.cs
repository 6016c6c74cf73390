namespace Dream.ML.Orleans.Tests.Measuring;

/// <summary>
/// Workers of a cluster on paper: each upscales what it was leased, then waits for its turn at its shard, at the store, and once a
/// second at the job. Each of the three serves one call after another; shards have a silo's core for eight workers.
/// </summary>
static class Simulation
{
    const int WorkersPerShard = 8, MostAtOnce = 16;

    const double Seconds = 300;

    /// <param name="exchange">Milliseconds of a silo's core for an exchange.</param>
    /// <param name="write">Milliseconds of the store for a write.</param>
    /// <param name="check">Milliseconds of the job's grain for a check.</param>
    internal static Task RunAsync(double exchange, double write, double check)
    {
        double[] perPicture = [0.02, 0.1, 0.6, 3];
        Console.WriteLine($"| workers | {string.Join(" | ", perPicture.Select(seconds => $"{seconds} s a picture"))} |");
        foreach (var workers in new[] { 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000 })
            Console.WriteLine($"| {workers:N0} | {string.Join(" | ", perPicture.Select(seconds => Run(workers, seconds, exchange / 1000, write / 1000, check / 1000)))} |");
        return Task.CompletedTask;
    }

    static string Run(int workers, double perPicture, double exchange, double write, double check)
    {
        var portion = Math.Clamp((int)(1 / perPicture), 1, MostAtOnce);
        var random = new Random(1);
        var shards = new double[(workers + WorkersPerShard - 1) / WorkersPerShard];
        var (store, job) = (0.0, 0.0);
        var (pictures, storeBusy, jobBusy) = (0L, 0.0, 0.0);
        var events = new PriorityQueue<(int Worker, double Checked), double>();
        for (var worker = 0; worker < workers; worker++)
            events.Enqueue((worker, 0), random.NextDouble() * portion * perPicture);
        while (events.TryDequeue(out var next, out var now) && now < Seconds)
        {
            pictures += portion;
            if (now - next.Checked >= 1)
            {
                now = job = Math.Max(now, job) + check;
                jobBusy += check;
                next.Checked = now;
            }
            ref var shard = ref shards[next.Worker / WorkersPerShard];
            now = shard = Math.Max(now, shard) + exchange;
            now = store = Math.Max(now, store) + write;
            storeBusy += write;
            // Pictures differ.
            events.Enqueue(next, now + portion * perPicture * (0.5 + random.NextDouble()));
        }
        return $"{pictures / Seconds:0} a second, {pictures / Seconds * perPicture / workers:P0} (store {storeBusy / Seconds:P0}, job {jobBusy / Seconds:P0})";
    }
}
