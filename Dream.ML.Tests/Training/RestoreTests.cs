using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;
using Microsoft.ML;

namespace Dream.ML.Tests.Training;

[TestClass]
public sealed class RestoreTests
{
    static readonly DegradationSettings Noisy = new() { NoiseSigma = new(30, 30) };

    [TestMethod]
    public void Noise_is_removed_and_the_size_kept()
    {
        using var model = (Fitting.Options(steps: 150) with { Scale = 1, Degradation = Noisy }).Fit(Fitting.Held);
        var truth = Fitting.Smooth(9, 40, 30);
        var noisy = new ImageDegrader(Noisy).Degrade(truth, scale: 1, key: 7);

        var restored = MLImagePixels.Read(model.Upscale(MLImagePixels.Write(noisy)));

        Assert.AreEqual((40, 30), (restored.Width, restored.Height));
        Assert.IsLessThan(Distance(noisy, truth) / 2, Distance(restored, truth));
        using var loaded = DreamSuperResolutionTransformer.Load(new MLContext(), new MemoryStream(Fitting.Bytes(model)));
        CollectionAssert.AreEqual(restored.Rgb, MLImagePixels.Read(loaded.Upscale(MLImagePixels.Write(noisy))).Rgb);
        Assert.IsFalse(loaded.Sampling.ColorFidelity);
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => loaded.WithSampling(new() { ColorFidelity = true })).Message,
            "ColorFidelity must be false or null at scale 1");
    }

    [TestMethod]
    public void The_catalog_takes_what_to_undo()
    {
        var transforms = new MLContext().Transforms;
        foreach (var damage in new[] { DegradationSettings.CompressionAndNoise, DegradationSettings.Compression, DegradationSettings.Noise, DegradationSettings.Blur })
            Assert.IsNotNull(transforms.DreamRestore("Clean", "Image", damage));
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transforms.DreamRestore("Clean", "Image", DegradationSettings.Bicubic)).Message,
            "Degradation must be one that spoils pictures, such as CompressionAndNoise, at scale 1");
    }

    static double Distance(RgbImage a, RgbImage b) => a.Rgb.Zip(b.Rgb, (x, y) => (double)((x - y) * (x - y))).Average();
}
