using Dream.ML.Inference;
using Dream.ML.Tests.Inference;
using Dream.ML.Tests.Networks;
using Dream.ML.Tests.Training;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Torch;

/// <summary>The same on every device. What needs a GPU is inconclusive where there is none.</summary>
[TestClass]
public sealed class DeviceTests
{
    const int LargestDifference = 2; // of 255

    static readonly RgbImage Image = Fitting.Smooth(1, 12, 10);

    [TestMethod]
    [DataRow("cpu")]
    [DataRow("cuda")]
    public void Training_sees_the_same_patches_and_noise(string device)
    {
        RequireDevice(device);
        var (expected, actual) = (Trained("cpu"), Trained(device));
        Assert.HasCount(4, actual);
        Assert.AreEqual(expected[0].Loss, actual[0].Loss, 0.01 * expected[0].Loss);
        Assert.AreEqual(expected[0].GradientNorm, actual[0].GradientNorm, 0.01 * expected[0].GradientNorm);
        Assert.AreEqual(0, actual[^1].SkippedSteps);

        static List<DreamTrainingMetrics> Trained(string device)
        {
            List<DreamTrainingMetrics> metrics = [];
            using var model = Fitting.Options(steps: 4, report: metrics.Add)
                .With(("Device", device), ("GradientAccumulation", 2)).Fit(Fitting.Held);
            return metrics;
        }
    }

    [TestMethod]
    [DataRow("cpu", "Ddim")]
    [DataRow("cpu", "Ancestral")]
    [DataRow("cuda", "Ddim")]
    [DataRow("cuda", "Ancestral")]
    public void A_model_of_the_CPU_upscales_alike_on_every_device(string device, string sampler)
    {
        RequireDevice(device);
        foreach (NetworkSettings settings in new NetworkSettings[] { Tiny.Compact, Tiny.Sr3 })
        {
            using var model = Tiny.Model(new() { Scale = 2, Network = settings, Sampling = Tiny.Sampling(3, sampler) });
            using var moved = Load(Save(model), device);
            // SR3 divides the error of ε̂ by the first g ≈ 0.007: TF32's would show.
            var allowed = (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32);
            (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (false, false);
            try
            {
                AssertAlike(model, moved);
            }
            finally
            {
                (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = allowed;
            }
        }
    }

    [TestMethod]
    [DataRow("cpu")]
    [DataRow("cuda")]
    public void A_model_trained_anywhere_is_loaded_on_the_CPU(string device)
    {
        RequireDevice(device);
        var file = Fitting.Options().With(("Device", device)).Model(Fitting.Held);
        using var there = Load(file, device);
        using var here = Load(file, "cpu");
        AssertAlike(there, here);
    }

    [TestMethod]
    public void The_index_of_a_GPU_is_honoured()
    {
        RequireDevice("cuda");
        foreach (var index in Enumerable.Range(0, cuda.device_count()))
        {
            using var network = Tiny.Compact.Create(2, DreamRuntime.SelectDevice($"cuda:{index}"));
            Assert.IsTrue(network.parameters().All(parameter => parameter.device.index == index), $"cuda:{index}");
        }
    }

    [TestMethod]
    public void TF32_is_allowed_on_a_GPU()
    {
        RequireDevice("cuda");
        DreamRuntime.SelectDevice("cuda");
        Assert.IsTrue(backends.cuda.matmul.allow_tf32 && backends.cudnn.allow_tf32);
    }

    static void RequireDevice(string device)
    {
        if (device == "cuda" && !cuda.is_available())
            Assert.Inconclusive("libtorch sees no CUDA GPU on this machine.");
    }

    static byte[] Save(SuperResolutionModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream, new Dictionary<string, string>());
        return stream.ToArray();
    }

    static SuperResolutionModel Load(byte[] file, string device) => SuperResolutionModel.Load(new MemoryStream(file), device).Model;

    static void AssertAlike(SuperResolutionModel expected, SuperResolutionModel actual)
    {
        var difference = expected.Upscale(Image).Rgb.Zip(actual.Upscale(Image).Rgb, (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThanOrEqualTo(LargestDifference, difference);
    }
}
