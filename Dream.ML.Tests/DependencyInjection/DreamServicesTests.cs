using System.Collections.Concurrent;
using System.IO.Pipelines;
using Dream.ML.Extensions.DependencyInjection;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;
using Dream.ML.Tests.Imaging.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
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
    public static void Fit(TestContext context) => TinyModelFile.Save(Folder[Zip], Folder[Own]);

    [ClassCleanup]
    public static void CleanUp() => Folder.Dispose();

    [TestMethod]
    public async Task A_model_that_a_package_brings_needs_no_file()
    {
        using var host = await StartAsync(options => (options.ModelPath, options.Model) = ("", Shipped()));
        Assert.AreEqual(2, host.Services.GetRequiredService<DreamSuperResolutionTransformer>().Scale);
    }

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
        using var actual = await upscaler.UpscaleAsync(image, cancellation: Stop);
        CollectionAssert.AreEqual(Bytes(expected), Bytes(actual));

        var pixels = MadeFiles.Distinct(9, 7, withAlpha: true);
        var png = await upscaler.UpscaleAsync(new MemoryStream(MadeFiles.Encode(pixels)), cancellation: Stop);
        Assert.AreEqual("image/png", png.ContentType);
        var decoded = ImageFileReader.Decode(png.Content, "png", new()).Pixels;
        var direct = model.Upscale(pixels, Stop);
        CollectionAssert.AreEqual(direct.Rgb, decoded.Rgb);
        CollectionAssert.AreEqual(direct.Alpha, decoded.Alpha);
    }

    [TestMethod]
    public async Task A_call_tells_how_far_it_is()
    {
        using var host = await StartAsync(_ => { });
        var shares = new Shares();
        var png = new MemoryStream(MadeFiles.Encode(MadeFiles.Distinct(9, 7)));
        await host.Services.GetRequiredService<IDreamUpscaler>().UpscaleAsync(png, shares, cancellation: Stop);
        Assert.AreEqual(1, shares[^1]);
    }

    sealed class Shares : List<double>, IProgress<double>
    {
        public void Report(double value) => Add(value);
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
            images.Select(image => Task.Run(() => upscaler.UpscaleAsync(image, cancellation: Stop), Stop)));

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
            waiting = upscaler.UpscaleAsync(image, cancellation: Stop);
            await Refused(() => upscaler.UpscaleAsync(image, cancellation: Stop));
            // Before it is read.
            await Refused(() => upscaler.UpscaleAsync(new Pipe().Reader.AsStream(), cancellation: Stop));
        }
        (await waiting).Dispose();
        (await upscaler.UpscaleAsync(image, cancellation: Stop)).Dispose();

        static async Task Refused(Func<Task> call)
        {
            var e = await Assert.ThrowsExactlyAsync<UpscaleException>(call);
            Assert.AreEqual((UpscaleFailure.QueueFull, 503), (e.Reason, e.StatusCode));
            StringAssert.StartsWith(e.Message, "1 image waits to be upscaled already. Try again later, or raise MaxQueueLength");
        }
    }

    [TestMethod]
    public async Task Callers_are_served_in_the_order_in_which_they_came()
    {
        using var host = await StartAsync();
        var queue = host.Services.GetRequiredService<UpscaleQueue>();
        ConcurrentQueue<int> served = [];
        Task[] calls;
        using (await OccupyAsync(host))
            calls = [.. Enumerable.Range(0, 20).Select(i => queue.RunAsync(0, () => served.Enqueue(i), Stop))];
        await Task.WhenAll(calls);
        CollectionAssert.AreEqual(Enumerable.Range(0, 20).ToArray(), served);
    }

    [TestMethod]
    public async Task Slow_uploads_keep_nobody_from_the_queue()
    {
        using var host = await StartAsync(options => (options.MaxUploads, options.MaxQueueLength) = (101, 0));
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        var pipes = Enumerable.Range(0, 100).Select(_ => new Pipe()).ToArray();
        var file = MadeFiles.Encode(MadeFiles.Distinct(9, 7));
        var slow = new List<Task>();
        foreach (var pipe in pipes)
        {
            await pipe.Writer.WriteAsync(file.AsMemory(0, 50), Stop);
            slow.Add(upscaler.UpscaleAsync(pipe.Reader.AsStream(), cancellation: Stop));
        }

        await upscaler.UpscaleAsync(new MemoryStream(file), cancellation: Stop);

        var last = new Pipe();
        slow.Add(upscaler.UpscaleAsync(last.Reader.AsStream(), cancellation: Stop));
        var e = await Assert.ThrowsExactlyAsync<UpscaleException>(() => upscaler.UpscaleAsync(new MemoryStream(file), cancellation: Stop));
        Assert.AreEqual(UpscaleFailure.QueueFull, e.Reason);
        Assert.AreEqual("101 images are being uploaded already. Try again later, or raise MaxUploads.", e.Message);
        foreach (var (pipe, call) in pipes.Append(last).Zip(slow))
        {
            await pipe.Writer.WriteAsync(file.AsMemory(pipe == last ? 0 : 50), Stop);
            await pipe.Writer.CompleteAsync();
            await call;
        }
    }

    [TestMethod]
    public async Task Uploads_hold_a_limited_number_of_bytes()
    {
        using var host = await StartAsync(options => (options.Limits, options.MaxUploadBytes) = (new() { MaxFileBytes = 2_000 }, 2_000));
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        var file = MadeFiles.Encode(TestImages.Noise(20, 20));
        Assert.IsInRange(1_001, 2_000, file.Length);
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(file, Stop);
        var slow = upscaler.UpscaleAsync(pipe.Reader.AsStream(), cancellation: Stop);

        var e = await Assert.ThrowsExactlyAsync<UpscaleException>(() => upscaler.UpscaleAsync(new MemoryStream(file), cancellation: Stop));

        Assert.AreEqual("2,000 bytes of images are being uploaded already. Try again later, or raise MaxUploadBytes.", e.Message);
        await pipe.Writer.CompleteAsync();
        await slow;
        await upscaler.UpscaleAsync(new MemoryStream(file), cancellation: Stop);
    }

    [TestMethod]
    public async Task A_call_may_have_a_size_a_detail_and_a_format_of_its_own()
    {
        using var host = await StartAsync();
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        var model = host.Services.GetRequiredService<DreamSuperResolutionTransformer>();
        using var image = Image(1);
        var file = MadeFiles.Encode(MLImagePixels.Read(image));

        using var sized = await upscaler.UpscaleAsync(image, new() { Width = 33, Height = 5, Detail = 1 }, Stop);
        using var expected = model.WithSampling(model.Sampling with { Detail = 1 }).Upscale(image, 33, 5, Stop);
        CollectionAssert.AreEqual(Bytes(expected), Bytes(sized));

        foreach (var (format, type) in new[] { (ImageFileFormat.Jpeg, "image/jpeg"), (ImageFileFormat.WebP, "image/webp") })
        {
            var result = await upscaler.UpscaleAsync(new MemoryStream(file), new() { Width = 44, Format = format, Quality = 50 }, Stop);
            var decoded = ImageFileReader.Decode(result.Content, "result", new()).Pixels;
            Assert.AreEqual((type, 44, 32), (result.ContentType, decoded.Width, decoded.Height));
        }
        foreach (var (settings, name) in new (UpscaleSettings, string)[]
        {
            (new() { Detail = 7 }, "Detail"), (new() { Detail = double.NaN }, "Detail"), (new() { Width = 0 }, "Width"),
            (new() { Height = -1 }, "Height"), (new() { Quality = 101 }, "Quality"), (new() { Format = (ImageFileFormat)9 }, "Format"),
        })
        {
            var e = await Assert.ThrowsExactlyAsync<UpscaleException>(() => upscaler.UpscaleAsync(new MemoryStream(file), settings, Stop));
            Assert.AreEqual((UpscaleFailure.InvalidSettings, 400), (e.Reason, e.StatusCode));
            StringAssert.Contains(e.Message, name);
        }
    }

    [TestMethod]
    public async Task Models_with_keys_have_queues_of_their_own()
    {
        using var host = await StartAsync(options => options.MaxQueueLength = 0, services =>
        {
            services.AddDreamSuperResolution(options => (options.ModelPath, options.MaxOutputPixels) = (Folder[Own], 100), key: "small");
            services.AddHealthChecks().AddDreamSuperResolution("small", key: "small");
        });
        var (large, small) = (host.Services.GetRequiredService<IDreamUpscaler>(), host.Services.GetRequiredKeyedService<IDreamUpscaler>("small"));
        Assert.AreNotSame(
            host.Services.GetRequiredService<DreamSuperResolutionTransformer>(),
            host.Services.GetRequiredKeyedService<DreamSuperResolutionTransformer>("small"));
        using var image = MLImagePixels.Write(TestImages.Noise(5, 5));
        using (await OccupyAsync(host))
        {
            (await small.UpscaleAsync(image, cancellation: Stop)).Dispose();
            await Assert.ThrowsExactlyAsync<UpscaleException>(() => large.UpscaleAsync(image, cancellation: Stop));
        }
        using var larger = MLImagePixels.Write(TestImages.Noise(6, 5));
        (await large.UpscaleAsync(larger, cancellation: Stop)).Dispose();
        var e = await Assert.ThrowsExactlyAsync<UpscaleException>(() => small.UpscaleAsync(larger, cancellation: Stop));
        Assert.AreEqual(UpscaleFailure.TooLarge, e.Reason);
        StringAssert.Contains(e.Message, "would become 12×10, 120 pixels; the limit is 100");
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        Assert.HasCount(2, report.Entries);
        Assert.AreEqual(HealthStatus.Healthy, report.Status);
    }

    [TestMethod]
    public async Task Options_come_from_the_configuration_too()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Dream:ModelPath"] = Folder[Zip],
            ["Dream:MaxQueueLength"] = "7",
            ["Dream:Limits:MaxPixels"] = "12345",
            ["Dream:WarmUp"] = "false",
        };
        using (var host = Build())
        {
            await host.StartAsync(Stop);
            var options = host.Services.GetRequiredService<IOptions<DreamSuperResolutionServiceOptions>>().Value;
            Assert.AreEqual(
                (Folder[Zip], 7, 12345, new ImageLimits().MaxFileBytes, false),
                (options.ModelPath, options.MaxQueueLength, options.Limits.MaxPixels, options.Limits.MaxFileBytes, options.WarmUp));
        }
        settings["Dream:MaxQueLength"] = "7";
        using var misspelt = Build();
        StringAssert.Contains((await Assert.ThrowsAsync<Exception>(() => misspelt.StartAsync(Stop))).Message, "'MaxQueLength'");

        IHost Build()
        {
            var builder = Host.CreateEmptyApplicationBuilder(settings: null);
            builder.Configuration.AddInMemoryCollection(settings);
            builder.Services.AddDreamSuperResolution(builder.Configuration.GetSection("Dream"));
            return builder.Build();
        }
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
            var e = await Assert.ThrowsExactlyAsync<UpscaleException>(Upscale);
            StringAssert.StartsWith(
                e.Message, "2,000 bytes of images wait to be upscaled already. Try again later, or raise MaxQueueBytes");
        }
        await waiting;
        await Upscale();

        Task Upscale() => upscaler.UpscaleAsync(new MemoryStream(file), cancellation: Stop);
    }

    [TestMethod]
    public async Task An_image_is_decoded_when_its_turn_comes()
    {
        using var host = await StartAsync();
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        Task waiting;
        using (await OccupyAsync(host))
        {
            waiting = upscaler.UpscaleAsync(new MemoryStream([.. "no image"u8]), cancellation: Stop);
            Assert.IsFalse(waiting.IsCompleted);
        }
        await Assert.ThrowsExactlyAsync<UpscaleException>(() => waiting);
    }

    [TestMethod]
    public async Task A_waiting_call_can_be_canceled()
    {
        using var host = await StartAsync(options => options.MaxQueueLength = 1);
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        using var image = Image(1);
        using var cancellation = new CancellationTokenSource();
        using (await OccupyAsync(host))
        {
            var waiting = upscaler.UpscaleAsync(image, cancellation: cancellation.Token);
            Assert.AreEqual(1, host.Services.GetRequiredService<UpscaleQueue>().Length);
            cancellation.Cancel();
            await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
            Assert.AreEqual(0, host.Services.GetRequiredService<UpscaleQueue>().Length);
        }
        (await upscaler.UpscaleAsync(image, cancellation: Stop)).Dispose();
    }

    [TestMethod]
    public async Task An_image_can_be_canceled_half_way()
    {
        using var host = await StartAsync();
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        using var image = MLImagePixels.Write(TestImages.Noise(2000, 2000));
        using var cancellation = new CancellationTokenSource();
        var working = upscaler.UpscaleAsync(image, cancellation: cancellation.Token);
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAsync<OperationCanceledException>(() => working);
    }

    [TestMethod]
    public async Task What_cannot_be_upscaled_is_refused_with_a_reason_before_it_is_decoded()
    {
        using var host = await StartAsync(options =>
            (options.Limits, options.MaxOutputPixels) = (new() { MaxPixels = 100, MaxFileBytes = 5_000 }, 360));
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();

        // Its pixels are not there: decoding would tell another story.
        await Refused(MadeFiles.Png(60_000, 60_000, 8, 2, []), UpscaleFailure.TooLarge, 413, "60,000 × 60,000 pixels, more than the 100 allowed");
        // Within the limits, but not what a model that doubles makes of it.
        await Refused(MadeFiles.Png(13, 7, 8, 2, []), UpscaleFailure.TooLarge, 413, "The image of 13×7 pixels would become 26×14, 364 pixels; the limit is 360. Cut or reduce");
        await Refused(new byte[5_001], UpscaleFailure.TooLarge, 413, "5,001 bytes, more than the 5,000 allowed");
        await Refused([], UpscaleFailure.EmptyInput, 400, "It is empty");
        await Refused([.. "no image"u8], UpscaleFailure.UnsupportedFormat, 415, "It is a text file");
        await Refused([.. "II*\0 a TIFF file"u8], UpscaleFailure.UnsupportedFormat, 415, "It is a TIFF");
        await Refused(MadeFiles.Encode(MadeFiles.Distinct(9, 7))[..^60], UpscaleFailure.DamagedImage, 422, "It is truncated");

        async Task Refused(byte[] file, UpscaleFailure reason, int statusCode, string message)
        {
            var e = await Assert.ThrowsExactlyAsync<UpscaleException>(() => upscaler.UpscaleAsync(new MemoryStream(file), cancellation: Stop));
            Assert.AreEqual((reason, statusCode), (e.Reason, e.StatusCode));
            StringAssert.Contains(e.Message, message);
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
        List<Task> waiting;
        using (await OccupyAsync(host))
        {
            // 80 % are not over 80 %.
            waiting = [.. Enumerable.Range(0, 4).Select(_ => queue.RunAsync(0, () => { }, Stop))];
            Assert.AreEqual(HealthStatus.Healthy, (await HealthAsync(host)).Status);
            waiting.Add(queue.RunAsync(0, () => { }, Stop));
            Assert.AreEqual((HealthStatus.Degraded, "Images that wait: 5 of at most 5."), await HealthAsync(host));
        }
        await Task.WhenAll(waiting);
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
        var upscaler = host.Services.GetRequiredService<IDreamUpscaler>();
        using var image = Image(1);
        foreach (var call in new Func<Task>[]
        {
            () => upscaler.UpscaleAsync(image, cancellation: Stop), () => upscaler.UpscaleAsync(Stream.Null, cancellation: Stop),
        })
        {
            var e = await Assert.ThrowsExactlyAsync<UpscaleException>(call);
            Assert.AreEqual((UpscaleFailure.ModelUnavailable, 503, reason), (e.Reason, e.StatusCode, e.Message));
        }
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
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => upscaler.UpscaleAsync(image, cancellation: Stop));
    }

    [TestMethod]
    public async Task Options_that_cannot_work_stop_the_start_in_words()
    {
        Folder.Write("photo.png", MadeFiles.Encode(MadeFiles.Distinct(2, 2)));
        await Refused("There is no model file 'nowhere.zip'", options => options.ModelPath = "nowhere.zip");
        await Refused("photo.png' is not a model file. Give a file written by mlContext.Model.Save",
            options => options.ModelPath = Folder["photo.png"]);
        await Refused("is a folder, a pipe or a device. Name a file.", options => options.ModelPath = $"{Folder}");
        await Refused("No model file is named.", options => options.ModelPath = "");
        await Refused("There is also a model 'shipped'. Give one of the two.", options => options.Model = Shipped());
        await Refused("MaxConcurrentUpscales: It is 0; give at least 1.", options => options.MaxConcurrentUpscales = 0);
        await Refused("MaxQueueLength: It is -1; give at least 0.", options => options.MaxQueueLength = -1);
        await Refused("MaxQueueBytes: It is 1; give at least MaxFileBytes of the limits, 268,435,456.", options => options.MaxQueueBytes = 1);
        await Refused("MaxUploads: It is 0; give at least 1.", options => options.MaxUploads = 0);
        await Refused("MaxUploadBytes: It is 1; give at least MaxFileBytes of the limits, 268,435,456.", options => options.MaxUploadBytes = 1);
        await Refused("MaxOutputPixels: It is 500,000,001; give 1 to 500,000,000.", options => options.MaxOutputPixels = 500_000_001);
        await Refused("Limits: It is null", options => options.Limits = null!);

        async Task Refused(string message, Action<DreamSuperResolutionServiceOptions> configure) =>
            StringAssert.Contains(
                (await Assert.ThrowsExactlyAsync<OptionsValidationException>(() => StartAsync(configure))).Message, message);
    }

    static IHost Build(Action<DreamSuperResolutionServiceOptions>? configure = null, Action<IServiceCollection>? add = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddDreamSuperResolution(options =>
        {
            options.ModelPath = Folder[Zip];
            configure?.Invoke(options);
        });
        builder.Services.AddHealthChecks().AddDreamSuperResolution();
        add?.Invoke(builder.Services);
        return builder.Build();
    }

    async Task<IHost> StartAsync(
        Action<DreamSuperResolutionServiceOptions>? configure = null, Action<IServiceCollection>? add = null)
    {
        var host = Build(configure, add);
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
        var work = queue.RunAsync(0, () =>
        {
            started.SetResult();
            finish.Wait();
        }, CancellationToken.None);
        await started.Task;
        return new Occupied(finish, work);
    }

    static MLImage Image(int seed) => MLImagePixels.Write(TestImages.Noise(10 + seed % 3, 8, seed: seed));

    static byte[] Bytes(MLImage image) => image.Pixels.ToArray();

    sealed class Occupied(ManualResetEventSlim finish, Task work) : IDisposable
    {
        public void Dispose()
        {
            finish.Set();
            work.GetAwaiter().GetResult();
        }
    }

    static PretrainedModel Shipped() => new("shipped", "", () => File.OpenRead(Folder[Own]));
}
