using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Networks.Engines;
using Dream.ML.Torch;

namespace Dream.ML.Tests.Networks;

[TestClass]
public sealed class EnginesTests
{
    static IReadOnlyList<NetworkSettings> Networks =>
    [
        Tiny.Compact with { Channels = 32, EncoderBlocks = 3, DenoiserBlocks = 2 },
        Tiny.Sr3 with { ResidualScale = 5, AttentionResolutions = [64] },
        Tiny.Sr3 with { Unshuffle = 2 },
        Tiny.Compact with { Channels = 32, Process = DiffusionProcess.ResidualShifting },
        Tiny.Sr3 with { ResidualScale = 5, Process = DiffusionProcess.ResidualShifting },
    ];

    [TestMethod]
    public void Both_give_the_same_picture()
    {
        foreach (var (settings, scale) in Networks.Select(settings => (settings, 4)).Append((Networks[0], 1)))
        {
            using var network = Tiny.Random(settings, scale);
            using var torch = new TorchEngine(network, owns: false);
            using var onnx = new OnnxEngine(settings, scale, ModuleWeights.Collect(network));
            var sampling = Tiny.Sampling(settings is CompactSettings ? 1 : 2);
            var image = BicubicResampler.Resize(TestImages.Noise(12, 10, low: 60, high: 190), 61, 47);

            var (expected, actual) = (new Upscaler(torch, sampling).Upscale(image), new Upscaler(onnx, sampling).Upscale(image));

            ImageAssert.AreClose(expected, actual, 0.999);
        }
    }

    [TestMethod]
    public void Threads_do_not_change_the_picture()
    {
        var image = TestImages.Noise(70, 50);
        var (before, settings) = (DreamRuntime.Threads, Networks.First());
        List<byte[]> results = [];
        try
        {
            foreach (var threads in new[] { 1, 2, 4 })
            {
                DreamRuntime.Threads = threads;
                using var engine = Tiny.Engine(settings, 2);
                results.Add(new Upscaler(engine, Tiny.Sampling(2)).Upscale(image).Rgb);
            }
        }
        finally
        {
            DreamRuntime.Threads = before;
        }
        CollectionAssert.AreEqual(results[0], results[1]);
        CollectionAssert.AreEqual(results[0], results[2]);
    }

    [TestMethod]
    public void Cancelling_stops_a_network_at_work()
    {
        using var engine = Tiny.Engine(new CompactSettings { Channels = 64, EncoderBlocks = 20 }, 4);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        using var image = new FeatureMap(3, 1500, 1500);
        image.Values.Clear();
        Assert.ThrowsExactly<OperationCanceledException>(() => engine.Encode(image, cancellation.Token));
    }
}
