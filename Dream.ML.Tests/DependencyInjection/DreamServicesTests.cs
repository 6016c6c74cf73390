using Dream.ML.Extensions.DependencyInjection;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;
using Dream.ML.SuperResolution;
using Dream.ML.Tests.Imaging.Files;
using Dream.ML.Tests.Networks;
using Dream.ML.Tests.SuperResolution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.Tests.DependencyInjection;

[TestClass]
public sealed class DreamServicesTests
{
    const string Zip = "model.zip";
    const string Own = "model.safetensors";

    static readonly TemporaryFolder Folder = new();

    public TestContext TestContext { get; set; } = null!;

    CancellationToken Stop => TestContext.CancellationToken;

    [ClassInitialize]
    public static void Fit(TestContext context)
    {
        var ml = new MLContext(seed: 1);
        var estimator = ml.Transforms.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = "Upscaled",
            InputColumnName = "Image",
            Scale = 2,
            Network = Tiny.Compact,
            TrainingSteps = 5,
            TrainingBatchSize = 2,
            PatchSize = 16,
            SamplingSteps = 2,
            Device = "cpu",
        });
        var photos = ml.Data.LoadFromEnumerable(
            new[] { new Photo { Image = MLImagePixels.Write(TestImages.Noise(24, 20)), Vector = [0, 0] } });
        using var model = estimator.Fit(photos);
        ml.Model.Save(model, photos.Schema, Folder[Zip]);
        using var file = File.Create(Folder[Own]);
        model.Save(file);
    }

    [ClassCleanup]
    public static void CleanUp() => Folder.Dispose();

    [TestMethod]
    [DataRow(Zip)]
    [DataRow(Own)]
    public async Task Both_kinds_of_model_give_the_bytes_of_the_transformer(string file)
    {
        using var host = await StartAsync(options => options.ModelPath = Folder[file]);
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        var model = host.Services.GetRequiredService<DreamSuperResolutionTransformer>();
        using var image = Image(1);

        using var expected = model.Upscale(image, Stop);
        using var actual = await upscaler.UpscaleAsync(image, Stop);
        CollectionAssert.AreEqual(Bytes(expected), Bytes(actual));

        var pixels = MadeFiles.Distinct(9, 7, withAlpha: true);
        var png = new MemoryStream();
        await upscaler.UpscaleAsync(new MemoryStream(MadeFiles.Encode(pixels)), png, Stop);
        var decoded = ImageFileReader.Decode(png.ToArray(), "png", new()).Pixels;
        var direct = model.Upscale(pixels, Stop);
        CollectionAssert.AreEqual(direct.Rgb, decoded.Rgb);
        CollectionAssert.AreEqual(direct.Alpha, decoded.Alpha);
    }

    [TestMethod]
    public async Task Sixty_four_parallel_callers_get_what_each_would_get_alone()
    {
        using var host = await StartAsync(options => options.MaxConcurrentUpscales = 4);
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        var model = host.Services.GetRequiredService<DreamSuperResolutionTransformer>();
        var images = Enumerable.Range(0, 64).Select(Image).ToArray();
        var expected = images.Select(image => Bytes(model.Upscale(image, Stop))).ToArray();

        var results = await Task.WhenAll(
            images.Select(image => Task.Run(() => upscaler.UpscaleAsync(image, Stop), Stop)));

        for (var i = 0; i < images.Length; i++)
            CollectionAssert.AreEqual(expected[i], Bytes(results[i]));
        Assert.AreEqual(0, host.Services.GetRequiredService<UpscaleQueue>().Length);
    }

    [TestMethod]
    public async Task A_call_beyond_the_queue_is_refused_at_once_and_later_ones_are_served()
    {
        using var host = await StartAsync(options => options.MaxQueueLength = 1);
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        using var image = Image(1);
        Task<MLImage> waiting;
        using (await OccupyAsync(host))
        {
            waiting = upscaler.UpscaleAsync(image, Stop);
            var e = await Assert.ThrowsExactlyAsync<UpscaleQueueFullException>(() => upscaler.UpscaleAsync(image, Stop));
            StringAssert.StartsWith(e.Message, "1 image waits to be upscaled already. Try again later");
        }
        (await waiting).Dispose();
        (await upscaler.UpscaleAsync(image, Stop)).Dispose();
    }

    [TestMethod]
    public async Task Waiting_images_hold_a_limited_number_of_bytes()
    {
        using var host = await StartAsync(
            options => (options.Limits, options.MaxQueueBytes) = (new() { MaxFileBytes = 2_000 }, 2_000));
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        var file = MadeFiles.Encode(TestImages.Noise(20, 20));
        Assert.IsInRange(1_001, 2_000, file.Length);
        Task waiting;
        using (await OccupyAsync(host))
        {
            waiting = Upscale();
            var e = await Assert.ThrowsExactlyAsync<UpscaleQueueFullException>(Upscale);
            StringAssert.StartsWith(
                e.Message, "2,000 bytes of images wait to be upscaled already. Try again later, or raise MaxQueueBytes");
        }
        await waiting;
        await Upscale();

        Task Upscale() => upscaler.UpscaleAsync(new MemoryStream(file), new MemoryStream(), Stop);
    }

    [TestMethod]
    public async Task An_image_is_decoded_when_its_turn_comes()
    {
        using var host = await StartAsync();
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        Task waiting;
        using (await OccupyAsync(host))
        {
            waiting = upscaler.UpscaleAsync(new MemoryStream([.. "no image"u8]), new MemoryStream(), Stop);
            Assert.IsFalse(waiting.IsCompleted);
        }
        await Assert.ThrowsExactlyAsync<ImageFileException>(() => waiting);
    }

    [TestMethod]
    public async Task A_waiting_call_can_be_cancelled()
    {
        using var host = await StartAsync(options => options.MaxQueueLength = 1);
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        using var image = Image(1);
        using var cancellation = new CancellationTokenSource();
        using (await OccupyAsync(host))
        {
            var waiting = upscaler.UpscaleAsync(image, cancellation.Token);
            Assert.AreEqual(1, host.Services.GetRequiredService<UpscaleQueue>().Length);
            cancellation.Cancel();
            await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
            Assert.AreEqual(0, host.Services.GetRequiredService<UpscaleQueue>().Length);
        }
        (await upscaler.UpscaleAsync(image, Stop)).Dispose();
    }

    [TestMethod]
    public async Task An_image_can_be_cancelled_half_way()
    {
        using var host = await StartAsync();
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        using var image = MLImagePixels.Write(TestImages.Noise(2000, 2000));
        using var cancellation = new CancellationTokenSource();
        var working = upscaler.UpscaleAsync(image, cancellation.Token);
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAsync<OperationCanceledException>(() => working);
    }

    [TestMethod]
    public async Task Large_images_are_refused_before_they_are_decoded()
    {
        using var host = await StartAsync(options => options.Limits = new() { MaxPixels = 100, MaxFileBytes = 5_000 });
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();

        // Its pixels are not there: decoding would tell another story.
        await Refused(MadeFiles.Png(60_000, 60_000, 8, 2, []), "60,000 × 60,000 pixels, more than the 100 allowed");
        await Refused(new byte[5_001], "5,001 bytes, more than the 5,000 allowed");
        await Refused([], "It is empty");
        await Refused([.. "no image"u8], "It is a text file");

        async Task Refused(byte[] file, string message)
        {
            var output = new MemoryStream();
            var e = await Assert.ThrowsExactlyAsync<ImageFileException>(
                () => upscaler.UpscaleAsync(new MemoryStream(file), output, Stop));
            StringAssert.Contains(e.Message, message);
            Assert.AreEqual(0, output.Length);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Health_follows_the_model_and_the_queue(bool warmUp)
    {
        using var host = Build(options => (options.WarmUp, options.MaxQueueLength) = (warmUp, 5));
        Assert.AreEqual((HealthStatus.Unhealthy, "The model is not loaded yet."), await HealthAsync(host));
        await host.StartAsync(Stop);
        Assert.AreEqual((HealthStatus.Healthy, "Images that wait: 0 of at most 5."), await HealthAsync(host));

        var queue = host.Services.GetRequiredService<UpscaleQueue>();
        // One works, four wait: 80 % are not over 80 %.
        var calls = Enumerable.Range(0, 5).Select(_ => queue.Enter()).ToList();
        Assert.AreEqual(HealthStatus.Healthy, (await HealthAsync(host)).Status);
        calls.Add(queue.Enter());
        Assert.AreEqual((HealthStatus.Degraded, "Images that wait: 5 of at most 5."), await HealthAsync(host));
        calls.ForEach(call => call.Dispose());
        Assert.AreEqual(HealthStatus.Healthy, (await HealthAsync(host)).Status);
    }

    [TestMethod]
    [DataRow(Zip)]
    [DataRow(Own)]
    public async Task A_damaged_model_leaves_the_host_up_and_unhealthy_with_the_reason(string file)
    {
        var damaged = Folder["damaged " + file];
        File.WriteAllBytes(damaged, File.ReadAllBytes(Folder[file])[..^500]);
        using var host = await StartAsync(options => options.ModelPath = damaged);
        var (status, reason) = await HealthAsync(host);
        Assert.AreEqual(HealthStatus.Unhealthy, status);
        StringAssert.StartsWith(reason, $"The model '{damaged}' cannot be used: ");
        Assert.Throws<Exception>(host.Services.GetRequiredService<IDreamUpscaler>);
    }

    [TestMethod]
    public async Task The_container_disposes_the_transformer()
    {
        var host = await StartAsync();
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        var model = host.Services.GetRequiredService<DreamSuperResolutionTransformer>();
        using var image = Image(1);
        host.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.Upscale(image));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => upscaler.UpscaleAsync(image, Stop));
    }

    [TestMethod]
    public async Task Options_that_cannot_work_stop_the_start_in_words()
    {
        Folder.Write("photo.png", MadeFiles.Encode(MadeFiles.Distinct(2, 2)));
        await Refused("There is no model file 'nowhere.zip'", options => options.ModelPath = "nowhere.zip");
        await Refused("photo.png' is not a model file. Give a file written by mlContext.Model.Save",
            options => options.ModelPath = Folder["photo.png"]);
        await Refused("No model file is named.", options => options.ModelPath = "");
        await Refused("MaxConcurrentUpscales: It is 0; give at least 1.", options => options.MaxConcurrentUpscales = 0);
        await Refused("MaxQueueLength: It is -1; give at least 0.", options => options.MaxQueueLength = -1);
        await Refused("MaxQueueBytes: It is 1; give at least MaxFileBytes of the limits, 268,435,456.", options => options.MaxQueueBytes = 1);
        await Refused("Limits: It is null", options => options.Limits = null!);

        async Task Refused(string message, Action<DreamSuperResolutionServiceOptions> configure) =>
            StringAssert.Contains(
                (await Assert.ThrowsExactlyAsync<OptionsValidationException>(() => StartAsync(configure))).Message, message);
    }

    static IHost Build(Action<DreamSuperResolutionServiceOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddDreamSuperResolution(options =>
        {
            options.ModelPath = Folder[Zip];
            configure?.Invoke(options);
        });
        builder.Services.AddHealthChecks().AddDreamSuperResolution();
        return builder.Build();
    }

    async Task<IHost> StartAsync(Action<DreamSuperResolutionServiceOptions>? configure = null)
    {
        var host = Build(configure);
        await host.StartAsync(Stop);
        return host;
    }

    async Task<(HealthStatus Status, string? Reason)> HealthAsync(IHost host)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        var (_, entry) = report.Entries.Single();
        return (entry.Status, entry.Description);
    }

    /// <summary>Keeps the only place to work busy until the result is disposed.</summary>
    static async Task<IDisposable> OccupyAsync(IHost host)
    {
        var queue = host.Services.GetRequiredService<UpscaleQueue>();
        // Otherwise the test would go on inside the work that waits for it.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finish = new ManualResetEventSlim();
        var call = queue.Enter();
        var work = queue.RunAsync(() =>
        {
            started.SetResult();
            finish.Wait();
            return 0;
        }, CancellationToken.None);
        await started.Task;
        return new Occupied(call, finish, work);
    }

    static MLImage Image(int seed) => MLImagePixels.Write(TestImages.Noise(10 + seed % 3, 8, seed: seed));

    static byte[] Bytes(MLImage image) => image.Pixels.ToArray();

    sealed class Occupied(IDisposable call, ManualResetEventSlim finish, Task work) : IDisposable
    {
        public void Dispose()
        {
            finish.Set();
            work.GetAwaiter().GetResult();
            call.Dispose();
        }
    }
}
