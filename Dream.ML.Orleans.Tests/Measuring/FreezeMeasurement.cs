using System.Diagnostics;
using Dream.ML.Orleans.Tests.Chaos;
using Dream.ML.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Dream.ML.Orleans.Tests.Measuring;

/// <summary>How long a cluster of three takes until a frozen silo is out.</summary>
static class FreezeMeasurement
{
    internal static async Task RunAsync()
    {
        foreach (var notice in new[] { "5 3 2", "3 3 1", "1 2 1" })
        {
            using var folder = new TemporaryFolder();
            using var redis = new RedisServer(folder["redis"]);
            var silos = Enumerable.Range(0, 3).Select(i => new SiloProcess(redis.Port, folder[$"log{i}"], notice: notice)).ToList();
            await Task.WhenAll(silos.Select(silo => silo.Ready));
            using var client = new HostBuilder().UseOrleansClient(builder => builder.UseRedisClustering(SiloProgram.Redis($"{redis.Port}"))).Build();
            await client.StartAsync();
            await Task.Delay(TimeSpan.FromSeconds(10));
            silos[0].Freeze();
            var started = Stopwatch.GetTimestamp();
            while (await IsMemberAsync(client, silos[0]))
                await Task.Delay(100);
            Console.WriteLine($"probes of {notice[0]} s, {notice[2]} missed, {notice[4]} votes: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            silos.ForEach(silo => silo.Dispose());
        }
    }

    static async Task<bool> IsMemberAsync(IHost client, SiloProcess silo)
    {
        try
        {
            var hosts = await client.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
            return hosts.Keys.Any(address => address.Endpoint.Port == silo.SiloPort);
        }
        // The grain that was asked is on the frozen silo.
        catch (Exception)
        {
            return true;
        }
    }
}
