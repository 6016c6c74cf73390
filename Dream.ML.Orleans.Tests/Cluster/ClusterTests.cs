using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dream.ML.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Dream.ML.Orleans.Tests.Cluster;

/// <summary>Silos in one process, with a small job.</summary>
[TestClass]
public sealed class ClusterTests
{
    const int Count = 24;

    readonly TemporaryFolder _folder = new();
    readonly ConcurrentQueue<string> _added = [];
    InProcessTestCluster? _cluster;
    Func<string, Exception?> _fail = _ => null;

    public TestContext TestContext { get; set; } = null!;

    CancellationToken Stop => TestContext.CancellationToken;

    [TestInitialize]
    public void WritePictures() => Batches.WritePictures(_folder, Count, 20);

    [TestCleanup]
    public async Task StopCluster()
    {
        FileGrainStorage.IsGone = false;
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [TestMethod]
    public async Task Results_equal_those_of_a_single_machine()
    {
        _folder.Write("in/poisoned.png", [1, 2, 3]);
        var batch = await StartAsync(silos: 2);
        await batch.SubmitAsync(Batches.Job(_folder, shardSize: 5), Stop);
        CollectionAssert.AreEqual(new[] { "job" }, (await batch.ListAsync()).ToArray());
        var status = await batch.EndAsync("job", Stop);
        Assert.AreEqual(
            new DreamBatchStatus { State = DreamBatchState.Completed, IsListed = true, Total = Count + 1, Done = Count, Failed = 1 }, status);
        Assert.IsEmpty(await batch.ListAsync());

        var (expected, result) = Batches.SingleMachine(_folder);
        CollectionAssert.AreEqual(expected, Batches.Results(_folder["out"]));
        var failure = await batch.GetFailuresAsync("job", Stop).SingleAsync(Stop);
        Assert.AreEqual(result.Failures.Single().File, failure.File);
        Assert.Contains("It is not an image", failure.Reason);
        Assert.HasCount(Count, _added);
    }

    [TestMethod]
    public async Task What_workers_do_is_measured()
    {
        var sums = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => Listen(instrument, listener) };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        var batch = await StartAsync(silos: 1);
        await batch.SubmitAsync(Batches.Job(_folder, shardSize: 100), Stop);
        await batch.EndAsync("job", Stop);
        Assert.AreEqual(Count, sums["dream.batch.items done"]);
        Assert.AreEqual(Directory.GetFiles(_folder["in"], "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), sums["dream.batch.bytes read"]);
        Assert.AreEqual(Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), sums["dream.batch.bytes written"]);
        Assert.IsGreaterThan(0, sums["dream.batch.item.duration "]);

        static void Listen(Instrument instrument, MeterListener listener)
        {
            if (instrument.Meter.Name == DreamCluster.MeterName)
                listener.EnableMeasurementEvents(instrument);
        }

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => sums.AddOrUpdate(
            $"{instrument.Name} {(tags.IsEmpty ? "" : tags[0].Value)}", value, (_, sum) => sum + value);
    }

    [TestMethod]
    public async Task A_killed_silo_loses_nothing()
    {
        var batch = await StartAsync(silos: 2);
        await batch.SubmitAsync(Batches.Job(_folder, shardSize: 3), Stop);
        await batch.UntilDoneAsync("job", 5, Stop);
        await _cluster!.KillSiloAsync(_cluster.Silos[1]);
        Assert.AreEqual(Count, (await batch.EndAsync("job", Stop)).Done);
        CollectionAssert.AreEqual(Batches.SingleMachine(_folder).Results, Batches.Results(_folder["out"]));
    }

    [TestMethod]
    public async Task The_ledger_may_be_in_PostgreSQL()
    {
        using var server = new PostgreSqlServer(_folder["postgresql"]);
        var batch = await StartAsync(silos: 2, silo => silo.AddAdoNetGrainStorage(DreamCluster.StorageName, options =>
            (options.Invariant, options.ConnectionString) = ("Npgsql", server.Connection)));
        await batch.SubmitAsync(Batches.Job(_folder, shardSize: 3), Stop);
        await batch.UntilDoneAsync("job", 5, Stop);
        await _cluster!.KillSiloAsync(_cluster.Silos[1]);
        Assert.AreEqual(Count, (await batch.EndAsync("job", Stop)).Done);
        CollectionAssert.AreEqual(Batches.SingleMachine(_folder).Results, Batches.Results(_folder["out"]));
        await batch.DeleteAsync("job", Stop);
        await _cluster.DisposeAsync();
        _cluster = null;
    }

    [TestMethod]
    public async Task A_silo_that_stops_gives_back_what_it_has()
    {
        var batch = await StartAsync(silos: 1);
        await batch.SubmitAsync(Batches.Job(_folder, shardSize: 100), Stop);
        await batch.UntilDoneAsync("job", 3, Stop);
        await _cluster!.StartAdditionalSiloAsync();
        await _cluster.StopSiloAsync(_cluster.Silos[0]);
        var status = await batch.EndAsync("job", Stop);
        Assert.AreEqual((Count, 0), (status.Done, status.Releases));
        Assert.HasCount(Count, _added);
    }

    [TestMethod]
    public async Task Storage_that_is_gone_for_a_while_loses_nothing()
    {
        var batch = await StartAsync(silos: 2);
        await batch.SubmitAsync(Batches.Job(_folder, shardSize: 5), Stop);
        await batch.UntilDoneAsync("job", 3, Stop);
        FileGrainStorage.IsGone = true;
        await Task.Delay(TimeSpan.FromSeconds(3), Stop);
        FileGrainStorage.IsGone = false;
        var status = await batch.EndAsync("job", Stop);
        Assert.AreEqual((Count, 0), (status.Done, status.Failed));
    }

    [TestMethod]
    public async Task A_full_disk_fails_pictures_by_name_and_they_can_be_tried_again()
    {
        var isFull = true;
        _fail = name => isFull && name.EndsWith("3.jpg.png", StringComparison.Ordinal) ? new IOException("No space left on device") : null;
        var batch = await StartAsync(silos: 1);
        await batch.SubmitAsync(Batches.Job(_folder, shardSize: 100), Enumerable.Range(1, 3).Select(i => $"{i}.jpg").ToAsyncEnumerable(), Stop);
        var status = await batch.EndAsync("job", Stop);
        Assert.AreEqual((2, 1), (status.Done, status.Failed));
        Assert.Contains("No space left", status.Problem!);
        Assert.AreEqual(new() { File = "3.jpg", Reason = "No space left on device" }, await batch.GetFailuresAsync("job", Stop).SingleAsync(Stop));

        isFull = false;
        await batch.RetryAsync("job");
        status = await batch.EndAsync("job", Stop);
        Assert.AreEqual((3, 0), (status.Done, status.Failed));
        Assert.IsEmpty(await batch.GetFailuresAsync("job", Stop).ToListAsync(Stop));
    }

    [TestMethod]
    public async Task Jobs_can_be_paused_resumed_canceled_and_deleted()
    {
        // So slow that it is not over before it is paused.
        _fail = _ =>
        {
            Thread.Sleep(500);
            return null;
        };
        var batch = await StartAsync(silos: 1);
        await batch.SubmitAsync(Batches.Job(_folder, shardSize: 4), Stop);
        await batch.UntilDoneAsync("job", 2, Stop);
        await batch.PauseAsync("job");
        await Task.Delay(TimeSpan.FromSeconds(4), Stop);
        var paused = await batch.GetStatusAsync("job", Stop);
        Assert.AreEqual((DreamBatchState.Paused, 0), (paused.State, paused.InWork));
        Assert.IsLessThan(Count, paused.Done);
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        Assert.AreEqual(paused.Done, (await batch.GetStatusAsync("job", Stop)).Done);
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.DeleteAsync("job", Stop));

        await batch.ResumeAsync("job");
        await batch.CancelAsync("job");
        var canceled = await batch.EndAsync("job", Stop);
        Assert.AreEqual(DreamBatchState.Canceled, canceled.State);
        Assert.IsLessThan(Count, canceled.Done);
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.ResumeAsync("job"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.RetryAsync("job"));
        Assert.IsEmpty(await batch.ListAsync());
        await batch.DeleteAsync("job", Stop);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => batch.GetStatusAsync("job", Stop));
    }

    [TestMethod]
    public async Task Submitting_again_changes_nothing_and_something_else_is_refused()
    {
        var batch = await StartAsync(silos: 1);
        var job = Batches.Job(_folder, shardSize: 4);
        for (var i = 0; i < 2; i++)
        {
            await batch.SubmitAsync(job, Stop);
            Assert.AreEqual(Count, (await batch.EndAsync("job", Stop)).Done);
        }
        Assert.HasCount(Count, _added);
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.SubmitAsync(job with { Quality = 80 }, Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.SubmitAsync(job, AsyncEnumerable.Repeat("a.png", 1), Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => batch.SubmitAsync(job with { Id = "other" }, AsyncEnumerable.Repeat("../a.png", 1), Stop));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => batch.SubmitAsync(job with { Input = _folder["none"] }, Stop));
        _folder.Write("in/1.jpg.png", File.ReadAllBytes(_folder["in/more/0.png"]));
        Assert.Contains("1.jpg.png", (await Assert.ThrowsAsync<ArgumentException>(() => batch.SubmitAsync(job with { Id = "third" }, Stop))).Message);
    }

    [TestMethod]
    public async Task What_is_there_and_differs_stays_and_fails_unless_it_is_to_be_kept()
    {
        _folder.Write("out/1.jpg.png", [1, 2, 3]);
        var batch = await StartAsync(silos: 1);
        var job = Batches.Job(_folder, shardSize: 100);
        await batch.SubmitAsync(job, Stop);
        var status = await batch.EndAsync("job", Stop);
        Assert.AreEqual((Count - 1, 1), (status.Done, status.Failed));
        Assert.Contains("differs", (await batch.GetFailuresAsync("job", Stop).SingleAsync(Stop)).Reason);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, File.ReadAllBytes(_folder["out/1.jpg.png"]));

        _added.Clear();
        await batch.SubmitAsync(job with { Id = "keeps", KeepExisting = true }, Stop);
        Assert.AreEqual(Count, (await batch.EndAsync("keeps", Stop)).Done);
        Assert.IsEmpty(_added);
    }

    [TestMethod]
    public async Task A_model_that_no_worker_has_is_told()
    {
        var batch = await StartAsync(silos: 1);
        await batch.SubmitAsync(Batches.Job(_folder, shardSize: 100) with { Model = "none" }, Stop);
        await foreach (var status in batch.WatchAsync("job", TimeSpan.FromMilliseconds(200), Stop))
            if (status.Problem is { } problem)
            {
                Assert.Contains("none", problem);
                return;
            }
    }

    [TestMethod]
    public async Task Storage_in_memory_is_refused()
    {
        var error = await Refused(silo => silo.AddMemoryGrainStorage(DreamCluster.StorageName).AddDreamSuperResolution());
        Assert.Contains("in memory", error);
        Assert.Contains("AddRedisGrainStorage", error);
        Assert.Contains("no grain storage named 'dream'", await Refused(silo => silo.AddDreamSuperResolution()));
        Assert.Contains("LeaseDuration is 00:00:00", await Refused(silo => AddStorage(silo).AddDreamSuperResolution(options => options.LeaseDuration = default)));
        Assert.Contains("MaxOutputPixels", await Refused(silo => AddStorage(silo).AddDreamSuperResolution(options => options.MaxOutputPixels = 0)));
    }

    static async Task<string> Refused(Action<ISiloBuilder> configure)
    {
        using var host = new HostBuilder().UseOrleans(silo => configure(silo.UseLocalhostClustering())).Build();
        return (await Assert.ThrowsAsync<OrleansConfigurationException>(() => host.StartAsync())).Message;
    }

    ISiloBuilder AddStorage(ISiloBuilder silo)
    {
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            DreamCluster.StorageName, (services, _) => new FileGrainStorage(_folder["ledger"], services.GetRequiredService<Serializer>()));
        return silo;
    }

    async Task<IDreamBatch> StartAsync(short silos, Func<ISiloBuilder, ISiloBuilder>? addStorage = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) => (addStorage ?? AddStorage)(silo)
            .Configure<ClusterMembershipOptions>(options => options.NumVotesForDeathDeclaration = 1)
            .AddDreamSuperResolution(options =>
            {
                options.LeaseDuration = TimeSpan.FromSeconds(2);
                options.FindModel = DreamModels.Find;
                options.OpenStore = path => new HookedStore(path, name => _fail(name), _added);
            }));
        _cluster = builder.Build();
        await _cluster.DeployAsync(Stop);
        return new DreamBatch(_cluster.Client, TimeProvider.System);
    }
}
