using System.Diagnostics;
using Dream.ML.Orleans.Grains;
using Dream.ML.Orleans.Ledger;
using Dream.ML.Orleans.Tests.Chaos;
using Dream.ML.Tests;
using Dream.ML.Tests.Imaging.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Dream.ML.Orleans.Tests.Measuring;

/// <summary>What the ledger costs, with one silo and Redis on this machine.</summary>
static class LedgerMeasurements
{
    const int Shard = 1000;

    internal static async Task OverheadAsync()
    {
        using var folder = new TemporaryFolder();
        using var redis = new RedisServer(folder["redis"]);
        using var host = await StartAsync(redis);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        await host.Services.GetRequiredService<IDreamBatch>().SubmitAsync(new() { Id = "job", Input = "in", Output = "out", Model = "m" }, Names(8 * Shard));
        var (job, shards) = (grains.GetGrain<IJobGrain>("job"), Enumerable.Range(0, 8).Select(shard => grains.GetGrain<IShardGrain>(shard, "job")).ToArray());

        await ExchangeAsync(shards[0], Shard);
        Console.WriteLine($"exchange, one at a time: {await ExchangeAsync(shards[1], Shard):0.00} ms (report one picture, lease one)");
        Console.WriteLine($"exchange, 32 at a time on one shard: {await Many(32, _ => ExchangeAsync(shards[2], 30)):0.00} ms each");
        Console.WriteLine($"exchange, 32 at a time on four shards: {await Many(32, i => ExchangeAsync(shards[3 + i % 4], 100)):0.00} ms each");
        Console.WriteLine($"state of the job, 32 at a time: {await Many(32, async _ => await Repeat(1000, async () => await job.GetStateAsync())):0.000} ms each");
        var connection = await ConnectionMultiplexer.ConnectAsync(SiloProgram.Redis($"{redis.Port}"));
        var state = new byte[3000];
        Console.WriteLine($"write of 3 kB to Redis, 32 at a time: {await Many(32, async i => await Repeat(200, async () => await connection.GetDatabase().StringSetAsync($"k{i}", state))):0.000} ms each");

        using var model = DreamModels.Photo4xReal.Load();
        var (input, output) = (MadeFiles.Encode(MadeFiles.Distinct(256, 256), ImageFileFormat.Jpeg), new MemoryStream());
        var times = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            var started = Stopwatch.GetTimestamp();
            model.Upscale(new MemoryStream(input), output);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        Console.WriteLine($"photo-4x-real, 256×256: {times.Skip(1).Order().ElementAt(2):0} ms a picture");
        await host.StopAsync();

        // What all of them together take, for each: what one server can do.
        static async Task<double> Many(int count, Func<int, Task<double>> work) =>
            (await Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => work(i))))).Average() / count;
    }

    internal static async Task MemoryAsync()
    {
        const int Count = 100_000;
        using var folder = new TemporaryFolder();
        using var redis = new RedisServer(folder["redis"]);
        using var host = await StartAsync(redis);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<IShardGrain>(0, "first").GetCountsAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await host.Services.GetRequiredService<IDreamBatch>().SubmitAsync(new() { Id = "job", Input = "in", Output = "out", Model = "m" }, Names(Count));
        for (var shard = 0; shard < Count / Shard; shard++)
            await ExchangeAsync(grains.GetGrain<IShardGrain>(shard, "job"), 4);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine($"{Count:N0} pictures, names of {(await Names(1).FirstAsync()).Length} characters, {Count / Shard} shards: "
            + $"{(after - before) / 1e6:0.0} MB, so {(after - before) / 1e6 * 1e6 / Count:0} MB a million");
        await host.StopAsync();
    }

    /// <returns>Milliseconds an exchange.</returns>
    static Task<double> ExchangeAsync(IShardGrain shard, int times)
    {
        Report[] reports = [];
        return Repeat(times, async () =>
        {
            var claim = await shard.ExchangeAsync(reports, 1, 0);
            reports = [.. claim.Pictures.Select(picture => new Report(picture.Token, Outcome.Done))];
        });
    }

    static async Task<double> Repeat(int times, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
            await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / times;
    }

    static IAsyncEnumerable<string> Names(int count) =>
        Enumerable.Range(0, count).Select(i => $"catalog/2026/{i / 5000:000}/IMG_20261128_{i:0000000}_original.jpg").ToAsyncEnumerable();

    static async Task<IHost> StartAsync(RedisServer redis)
    {
        var host = new HostBuilder()
            .ConfigureLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning))
            .UseOrleans(silo => silo
                .UseLocalhostClustering(RedisServer.FreePort(), RedisServer.FreePort())
                .AddRedisGrainStorage(DreamCluster.StorageName, options => options.ConfigurationOptions = ConfigurationOptions.Parse(SiloProgram.Redis($"{redis.Port}")))
                .AddDreamSuperResolution(options => options.Workers = 0))
            .Build();
        await host.StartAsync();
        return host;
    }
}
