using System.Net;
using Dream.ML.Orleans.Grains;
using Dream.ML.Orleans.Ledger;
using Dream.ML.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Dream.ML.Orleans.Tests.Chaos;

/// <summary>Real silos, a real store, real signals.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ChaosTests
{
    const int Count = 120, ShardSize = 12, Side = 64;

    readonly TemporaryFolder _folder = new();
    readonly List<SiloProcess> _silos = [];
    RedisServer? _redis;
    IHost? _client;

    public TestContext TestContext { get; set; } = null!;

    CancellationToken Stop => TestContext.CancellationToken;

    IDreamBatch Batch => _client!.Services.GetRequiredService<IDreamBatch>();

    [TestInitialize]
    public void StartRedis()
    {
        if (!OperatingSystem.IsLinux())
            throw new AssertInconclusiveException("The signals are those of Linux.");
        _redis = new(_folder["redis"]);
        Batches.WritePictures(_folder, Count, Side);
    }

    [TestCleanup]
    public void StopAll()
    {
        foreach (var silo in _silos)
            silo.Dispose();
        _client?.Dispose();
        _redis?.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public async Task One_silo_is_killed_and_one_frozen_for_longer_than_its_lease()
    {
        await StartAsync(3);
        await Batch.SubmitAsync(Batches.Job(_folder, ShardSize), Stop);
        await Batch.UntilDoneAsync("job", 20, Stop);
        _silos[0].Kill();

        var (frozen, other, shard) = await AtWorkOnAnothersShardAsync();
        frozen.Freeze();
        var done = Finished();
        while (!await TakeOverAsync(other, shard))
        {
            // It had just finished there: another try.
            frozen.Thaw();
            (frozen, other, shard) = await AtWorkOnAnothersShardAsync();
            frozen.Freeze();
            done = Finished();
        }
        var during = Finished();
        frozen.Thaw();

        var status = await Batch.EndAsync("job", Stop);
        Console.WriteLine($"{done} done when one froze, {during} when it went on; {status}");
        AssertWhole(status, failed: 0);
        Assert.IsGreaterThanOrEqualTo(1, status.Releases);
        Assert.IsTrue(SpinWait.SpinUntil(() => frozen.Output.Contains("was refused"), TimeSpan.FromSeconds(10)), frozen.Output);
    }

    [TestMethod]
    public async Task Redis_is_gone_for_ten_seconds_a_disk_is_full_a_picture_is_poisoned_and_a_silo_joins()
    {
        _folder.Write("in/poisoned.png", [1, 2, 3]);
        await StartAsync(1);
        await AddAsync(fits: 5);
        await Batch.SubmitAsync(Batches.Job(_folder, ShardSize), Stop);
        await Batch.UntilDoneAsync("job", 20, Stop);
        _redis!.Kill();
        await Task.Delay(TimeSpan.FromSeconds(10), Stop);
        _redis.Restart();
        await AddAsync();
        var status = await Batch.EndAsync("job", Stop);
        Console.WriteLine(status);
        AssertWhole(status, failed: 1);
        Assert.AreEqual("poisoned.png", (await Batch.GetFailuresAsync("job", Stop).SingleAsync(Stop)).File);
        Assert.IsNotEmpty(_silos[2].Added);
        Assert.IsGreaterThan(5, _silos[1].Added.Length);
    }

    [TestMethod]
    public async Task The_whole_cluster_is_killed_and_started_again()
    {
        await StartAsync(3);
        await Batch.SubmitAsync(Batches.Job(_folder, ShardSize), Stop);
        await Batch.UntilDoneAsync("job", 40, Stop);
        var killed = _silos.ToArray();
        foreach (var silo in killed)
            silo.Kill();
        _client!.Dispose();
        _redis!.Kill();
        _redis.Restart();
        foreach (var silo in killed)
            _silos.Add(new(_redis.Port, _folder[$"log{_silos.Count}"], silo.SiloPort));
        await ConnectAsync();
        var status = await Batch.EndAsync("job", Stop);
        var added = _silos.Sum(silo => silo.Added.Length);
        Console.WriteLine($"{added} results made; {status}");
        AssertWhole(status, failed: 0);
        Assert.IsLessThanOrEqualTo(Count + status.Releases, added);
    }

    int Finished() => Directory.GetFiles(_folder["out"], "*.png", SearchOption.AllDirectories).Length;

    void AssertWhole(DreamBatchStatus status, int failed)
    {
        Assert.AreEqual((DreamBatchState.Completed, Count, failed), (status.State, status.Done, status.Failed));
        // Names, digests, and nothing else: no partial file.
        CollectionAssert.AreEqual(Batches.SingleMachine(_folder).Results, Batches.Results(_folder["out"]));
    }

    /// <summary>A silo that works on a shard whose ledger another keeps: only such a one can be late for it.</summary>
    async Task<(SiloProcess Silo, SiloProcess Other, int Shard)> AtWorkOnAnothersShardAsync()
    {
        var names = Directory.EnumerateFiles(_folder["in"], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder["in"], file)).Order(StringComparer.Ordinal)
            .Select(name => name.EndsWith(".png", StringComparison.Ordinal) ? name : $"{name}.png").ToList();
        var grains = _client!.Services.GetRequiredService<IGrainFactory>();
        while (Finished() < Count)
        {
            foreach (var silo in _silos.Skip(1))
                if (silo.Added is [.., var last] && names.IndexOf(last) is var place && place % ShardSize < ShardSize - 5
                    && await HostAsync(place / ShardSize) is { } host
                    && _silos.Skip(1).FirstOrDefault(other => other != silo && other.SiloPort == host) is { } other)
                    return (silo, other, place / ShardSize);
            await Task.Delay(50, Stop);
        }
        throw new AssertFailedException("All is done before a silo was found to freeze.");

        async Task<int?> HostAsync(int shard)
        {
            try
            {
                return (await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grains.GetGrain<IShardGrain>(shard, "job")))?.Endpoint.Port;
            }
            // Whom the client asks may be the one that was killed.
            catch (Exception)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Waits until a shard's frozen worker is late, takes what it had, if nobody else did, and gives it back for the others.
    /// </summary>
    /// <returns>Whether it had anything.</returns>
    async Task<bool> TakeOverAsync(SiloProcess silo, int shard)
    {
        await Task.Delay(SiloProgram.Lease + TimeSpan.FromSeconds(1), Stop);
        // The other client may go by way of the frozen silo.
        using var client = await ConnectAsync(client => client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, silo.GatewayPort)));
        var grain = client.Services.GetRequiredService<IGrainFactory>().GetGrain<IShardGrain>(shard, "job");
        var claim = await grain.ExchangeAsync([], ShardSize, 0);
        await grain.ExchangeAsync([.. claim.Pictures.Select(picture => new Report(picture.Token, Outcome.Released))], 0, 0);
        return claim.Counts.Releases > 0;
    }

    async Task StartAsync(int silos)
    {
        for (var i = 0; i < silos; i++)
            _silos.Add(new(_redis!.Port, _folder[$"log{i}"]));
        await ConnectAsync();
    }

    async Task ConnectAsync()
    {
        await Task.WhenAll(_silos.TakeLast(3).Select(silo => silo.Ready)).WaitAsync(TimeSpan.FromSeconds(60), Stop);
        _client = await ConnectAsync(client => client.UseRedisClustering(SiloProgram.Redis($"{_redis!.Port}")));
    }

    async Task<IHost> ConnectAsync(Action<IClientBuilder> connect)
    {
        var client = new HostBuilder().UseOrleansClient(connect).ConfigureServices(services => services.AddDreamBatch()).Build();
        await client.StartAsync(Stop);
        return client;
    }

    async Task AddAsync(int fits = int.MaxValue)
    {
        _silos.Add(new(_redis!.Port, _folder[$"log{_silos.Count}"], fits: fits));
        await _silos[^1].Ready.WaitAsync(TimeSpan.FromSeconds(60), Stop);
    }
}
