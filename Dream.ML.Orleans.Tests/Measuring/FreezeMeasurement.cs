using System.Diagnostics;
using Dream.ML.Orleans.Tests.Chaos;
using Dream.ML.Tests;
using StackExchange.Redis;

namespace Dream.ML.Orleans.Tests.Measuring;

/// <summary>How long a cluster of three takes until a frozen silo is out.</summary>
static class FreezeMeasurement
{
    internal static async Task RunAsync()
    {
        foreach (var notice in new[] { "1 2 1", "2 2 1", "3 3 1", "5 3 2" })
        {
            using var folder = new TemporaryFolder();
            using var redis = new RedisServer(folder["redis"]);
            var silos = Enumerable.Range(0, 3).Select(i => new SiloProcess(redis.Port, folder[$"log{i}"], notice: notice)).ToList();
            await Task.WhenAll(silos.Select(silo => silo.Ready));
            using var members = await ConnectionMultiplexer.ConnectAsync(SiloProgram.Redis($"{redis.Port}"));
            await Task.Delay(TimeSpan.FromSeconds(10));
            silos[0].Freeze();
            var started = Stopwatch.GetTimestamp();
            while (!IsDead(members, silos[0]))
                await Task.Delay(100);
            Console.WriteLine($"probes of {notice[0]} s, {notice[2]} missed, {notice[4]} votes: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            silos.ForEach(silo => silo.Dispose());
        }
    }

    // As Orleans writes its table of members: a silo that is asked may be the frozen one.
    static bool IsDead(ConnectionMultiplexer members, SiloProcess silo) => members.GetServers()[0].Keys(pattern: "*members*")
        .SelectMany(key => members.GetDatabase().HashGetAll(key))
        .Any(entry => $"{entry.Value}".Contains($":{silo.SiloPort}@", StringComparison.Ordinal)
            && $"{entry.Value}".Contains("\"Status\":6", StringComparison.Ordinal));
}
