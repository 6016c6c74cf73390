using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Networks.Engines;
using Dream.ML.Tests.Networks;
using Dream.ML.Tests.Training;
using Microsoft.ML;

namespace Dream.ML.Tests.Inference;

[TestClass]
public sealed class SharedEngineTests
{
    static readonly RgbImage Image = TestImages.Noise(5, 4);

    [TestMethod]
    public void First_come_first_served()
    {
        const int Callers = 8;
        var shared = new SharedEngine(_ => new TorchEngine(new StubNetwork(), owns: true));
        List<int> served = [];
        List<Thread> callers = [];
        shared.Use(1, _ =>
        {
            for (var i = 0; i < Callers; i++)
            {
                var caller = i;
                using var waits = new ManualResetEventSlim();
                callers.Add(new(() => shared.Use(1, _ => served.Add(caller), waits.Set, CancellationToken.None)));
                callers[^1].Start();
                waits.Wait();
            }
            Assert.IsEmpty(served);
        }, NoWait, CancellationToken.None);
        callers.ForEach(caller => caller.Join());
        CollectionAssert.AreEqual(Enumerable.Range(0, Callers).ToArray(), served);
        shared.Release();
    }

    [TestMethod]
    public void Who_gives_up_waiting_leaves_the_line_to_the_others()
    {
        var shared = new SharedEngine(_ => new TorchEngine(new StubNetwork(), owns: true));
        var served = false;
        Thread? patient = null;
        shared.Use(1, _ =>
        {
            Assert.ThrowsExactly<OperationCanceledException>(
                () => shared.Use(1, _ => Assert.Fail(), () => { }, new(canceled: true)));
            using var waits = new ManualResetEventSlim();
            patient = new(() => shared.Use(1, _ => served = true, waits.Set, CancellationToken.None));
            patient.Start();
            waits.Wait();
        }, NoWait, CancellationToken.None);
        patient!.Join();
        Assert.IsTrue(served);
        shared.Use(1, _ => { }, NoWait, CancellationToken.None);
        shared.Release();
    }

    [TestMethod, Timeout(30_000)]
    public void Only_images_wait_for_an_image_at_work_and_they_look_at_their_token()
    {
        var model = Tiny.Model(Tiny.Compact, 2, steps: 1);
        var step = new DreamSuperResolutionTransformer(new MLContext(), "Upscaled", "Image", model);
        using var image = MLImagePixels.Write(Image);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var work = new BlockedWork(model);

        Assert.ThrowsExactly<OperationCanceledException>(() => step.Upscale(image, 3, 3, cancellation.Token));
        Assert.ThrowsExactly<OperationCanceledException>(() => step.Upscale(image, cancellation.Token));
        Assert.AreEqual(1, step.PlanTiles(5, 4)!.Tiles);
        step.Save(Stream.Null);
        step.WithSampling(step.Sampling with { Detail = 1 }).Dispose();
        step.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => step.Upscale(image));

        Assert.AreEqual((10, 8), (work.Finish().Width, work.Finish().Height));
    }

    [TestMethod, Timeout(30_000)]
    public void An_image_that_waits_for_a_model_that_is_disposed_fails()
    {
        var model = Tiny.Model(Tiny.Compact, 2, steps: 1);
        using var other = model.With(model.Description.Sampling with { Detail = 1 });
        var work = new BlockedWork(other);
        var waiting = Task.Factory.StartNew(() => model.Upscale(Image), TaskCreationOptions.LongRunning);
        Thread.Sleep(100);

        model.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => waiting.GetAwaiter().GetResult());
        work.Finish();
    }

    static void NoWait() => Assert.Fail("Nobody else has the network.");

    /// <summary>An image that is at work until it may finish.</summary>
    sealed class BlockedWork
    {
        readonly ManualResetEventSlim _finish = new();
        readonly Task<RgbImage> _work;

        internal BlockedWork(IImageUpscaler model)
        {
            var started = new ManualResetEventSlim();
            _work = Task.Factory.StartNew(() => model.Upscale(Image, new Pause(() =>
            {
                started.Set();
                _finish.Wait();
            }), CancellationToken.None), TaskCreationOptions.LongRunning);
            started.Wait();
        }

        internal RgbImage Finish()
        {
            _finish.Set();
            return _work.GetAwaiter().GetResult();
        }
    }

    sealed class Pause(Action action) : IProgress<double>
    {
        public void Report(double value) => action();
    }
}
