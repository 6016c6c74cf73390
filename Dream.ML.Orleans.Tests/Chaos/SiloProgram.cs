using System.Net;
using Dream.ML.Orleans.Tests.Cluster;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Dream.ML.Orleans.Tests.Chaos;

/// <summary>A silo as a process of its own.</summary>
static class SiloProgram
{
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    /// <param name="arguments">
    /// Ports of Redis, silo and gateway; a file that gets a line for every result that is to be added; how many results fit on the disk;
    /// how soon a silo that does not answer is out: seconds of a probe, probes missed, votes.
    /// </param>
    internal static async Task RunAsync(string[] arguments)
    {
        var (redis, silo, gateway, log, fits) =
            (arguments[0], int.Parse(arguments[1]), int.Parse(arguments[2]), arguments[3], int.Parse(arguments[4]));
        var host = new HostBuilder()
            .ConfigureLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning))
            .UseOrleans(builder => builder
                .UseRedisClustering(Redis(redis))
                .AddRedisGrainStorage(DreamCluster.StorageName, options => options.ConfigurationOptions = ConfigurationOptions.Parse(Redis(redis)))
                .ConfigureEndpoints(IPAddress.Loopback, silo, gateway)
                .Configure<ClusterMembershipOptions>(options =>
                {
                    var notice = arguments[5].Split(' ').Select(int.Parse).ToArray();
                    options.ProbeTimeout = TimeSpan.FromSeconds(notice[0]);
                    (options.NumMissedProbesLimit, options.NumVotesForDeathDeclaration) = (notice[1], notice[2]);
                })
                .AddDreamSuperResolution(options =>
                {
                    options.LeaseDuration = Lease;
                    options.FindModel = DreamModels.Find;
                    options.OpenStore = path => new HookedStore(path, name =>
                    {
                        File.AppendAllText(log, $"{name}\n");
                        return fits-- > 0 ? null : new IOException("No space left on device");
                    }, []);
                }))
            .Build();
        await host.StartAsync();
        await File.AppendAllTextAsync(log, "");
        Console.WriteLine("ready");
        // Ends with whoever started it, however that ends.
        _ = Task.Run(async () =>
        {
            await Console.In.ReadToEndAsync();
            Environment.Exit(1);
        });
        await host.WaitForShutdownAsync();
    }

    internal static string Redis(string port) => $"127.0.0.1:{port},abortConnect=false,connectTimeout=1000,syncTimeout=2000,asyncTimeout=2000";
}
