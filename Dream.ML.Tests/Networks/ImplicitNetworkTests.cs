using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Networks;
using Dream.ML.Networks.Engines;
using Dream.ML.Networks.Implicit;
using Dream.ML.Torch;
using Dream.ML.Training.Data;

namespace Dream.ML.Tests.Networks;

[TestClass]
public sealed class ImplicitNetworkTests
{
    static readonly RgbImage Image = TestImages.Noise(13, 9);

    [TestMethod]
    [DataRow(1.0), DataRow(1.6), DataRow(2.0), DataRow(2.5), DataRow(3.0), DataRow(7.9), DataRow(8.0)]
    public void What_is_folded_for_a_factor_computes_what_was_trained(double factor)
    {
        using var network = Tiny.Random(Tiny.Implicit, 4);
        ((IContinuousNetwork)network).Factor = factor;
        using var trained = new TorchEngine(network, owns: false);
        using var folded = NetworkEngines.Create(Tiny.Implicit, factor, ModuleWeights.Collect(network), "cpu");
        Assert.AreEqual(trained.Traits.Scale, folded.Traits.Scale);
        Assert.AreEqual(trained.SignalUnit, folded.SignalUnit, 1e-6f);

        using var image = new FeatureMap(3, Image.Height, Image.Width);
        Image.Read(0, 0, Image.Width, Image.Height, image.Values);
        using var expected = trained.Encode(image, CancellationToken.None);
        using var condition = folded.Encode(image, CancellationToken.None);
        AssertClose(expected, condition);
        var (first, count) = trained.Traits.Features;
        using var noise = expected.Slice(0, trained.Traits.SignalChannels);
        using var features = expected.Slice(first, count);
        using var clean = trained.Denoise(noise, 0.7, features, CancellationToken.None);
        using var found = folded.Denoise(noise, 0.7, features, CancellationToken.None);
        AssertClose(clean, found);
    }

    [TestMethod]
    [DataRow(1.0, 13, 9), DataRow(1.5, 20, 14), DataRow(2.0, 26, 18), DataRow(3.7, 48, 33), DataRow(8.0, 104, 72), DataRow(10.0, 130, 90), DataRow(0.5, 6, 4)]
    public void One_model_gives_any_size(double factor, int width, int height)
    {
        using var model = Tiny.Model(Tiny.Implicit, 4, steps: 1);
        using var sized = model.With(Tiny.Sampling(1) with { OutputScale = factor });
        var result = sized.Upscale(Image, null, CancellationToken.None);
        Assert.AreEqual((width, height), (result.Width, result.Height));
    }

    [TestMethod]
    public void A_flat_image_stays_flat_at_any_factor()
    {
        var gray = new RgbImage(10, 7, [.. Enumerable.Repeat((byte)99, 3 * 70)]);
        using var model = Untrained();
        foreach (var factor in (double[])[1.3, 2.2, 5.9])
        {
            using var sized = model.With(Tiny.Sampling(0) with { OutputScale = factor, ColorFidelity = true });
            Assert.IsTrue(sized.Upscale(gray, null, CancellationToken.None).Rgb.All(value => value == 99));
        }
    }

    [TestMethod]
    public void An_untrained_model_interpolates_to_the_size_asked_for()
    {
        var photo = Smooth(40, 30);
        using var model = Untrained();
        foreach (var factor in (double[])[1.5, 2.5, 3.4])
        {
            using var sized = model.With(Tiny.Sampling(0) with { OutputScale = factor });
            var result = sized.Upscale(photo, null, CancellationToken.None);
            var expected = BicubicResampler.Resize(photo, result.Width, result.Height);
            Assert.IsGreaterThan(45, PeakSignalToNoiseRatio.Compute(result, expected));
        }
    }

    [TestMethod]
    public void Results_of_any_factor_agree_with_their_input_when_reduced()
    {
        var photo = Smooth(30, 20);
        using var model = Tiny.Model(Tiny.Implicit, 4, steps: 0);
        Assert.IsLessThan(Distance(colorFidelity: false) / 3, Distance(colorFidelity: true));

        double Distance(bool colorFidelity)
        {
            using var sized = model.With(Tiny.Sampling(0) with { OutputScale = 2.5, ColorFidelity = colorFidelity });
            var reduced = BicubicResampler.Resize(sized.Upscale(photo, null, CancellationToken.None), photo.Width, photo.Height);
            return reduced.Rgb.Zip(photo.Rgb, (a, b) => (double)Math.Abs(a - b)).Average();
        }
    }

    [TestMethod]
    public void Pairs_have_the_factor_they_are_made_of()
    {
        const int PatchSize = 96;
        var pairs = new ContinuousPairs(DegradationSettings.Bicubic, PatchSize);
        var (patch, whole) = (TestImages.Noise(PatchSize, PatchSize), 0);
        for (ulong key = 0; key < 300; key++)
        {
            var factor = pairs.Factor(key);
            Assert.IsTrue(factor is > 1 and < 9, $"{factor}");
            var scale = ScaleCoordinates.Whole(factor);
            var pair = pairs.Make(patch, factor, key);
            Assert.AreEqual((12, 12 * scale), (pair.Low.Width, pair.High.Width));
            whole += factor == scale ? 1 : 0;
        }
        Assert.IsTrue(whole is > 100 and < 200, $"{whole}");
    }

    static RgbImage Smooth(int width, int height) => new(width, height,
    [
        .. from y in Enumerable.Range(0, height)
           from x in Enumerable.Range(0, width)
           from color in Enumerable.Range(0, 3)
           select (byte)(128 + 100 * Math.Sin(x / 5.0 + color) * Math.Cos(y / 4.0)),
    ]);

    static SuperResolutionModel Untrained()
    {
        using var network = Tiny.Implicit.Create(4);
        return new(Tiny.Describe(Tiny.Implicit, 4, 0), ModuleWeights.Collect(network), "cpu");
    }

    static void AssertClose(FeatureMap expected, FeatureMap actual)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected.Values[i], actual.Values[i], 2e-5f * Math.Max(1, Math.Abs(expected.Values[i])));
    }
}
