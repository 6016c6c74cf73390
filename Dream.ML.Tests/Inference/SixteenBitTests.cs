using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Tests.Networks;

namespace Dream.ML.Tests.Inference;

/// <summary>Images with 16 bits per color.</summary>
[TestClass]
public sealed class SixteenBitTests
{
    [TestMethod]
    public void Every_sample_survives_the_way_into_floats_and_back()
    {
        const int Side = 256;
        ushort[] rgb = [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (ushort)(i / 3))];
        var (image, written) = (new RgbImage<ushort>(Side, Side, rgb), new RgbImage<ushort>(Side, Side, new ushort[rgb.Length]));
        var planes = new float[rgb.Length];

        PixelPlanes.Read(image, 0, 0, Side, Side, planes);
        PixelPlanes.Write(planes, Side, Side, written, 0, 0);
        CollectionAssert.AreEqual(rgb, written.Rgb);

        // Planes: red, green, blue of two pixels.
        PixelPlanes.Write([-1.1f, float.NegativeInfinity, -1, 1.1f, float.PositiveInfinity, 1], 2, 1, written, 0, 0);
        CollectionAssert.AreEqual(new ushort[] { 0, 0, 65535, 0, 65535, 65535 }, written.Rgb[..6]);
    }

    [TestMethod]
    public void Results_are_those_of_8_bits_only_finer()
    {
        var noise = TestImages.Noise(30, 20, low: 40, high: 220);
        var faded = new RgbImage(30, 20, noise.Rgb, [.. Enumerable.Range(0, 600).Select(i => (byte)(200 + i % 56))]);
        foreach (var network in new NetworkSettings[] { Tiny.Compact, Tiny.Sr3 })
            foreach (var sampling in new[] { Tiny.Sampling(2), Tiny.Sampling(1) with { ColorFidelity = true }, Tiny.Sampling(1) with { TargetWidth = 50 } })
            {
                using var model = Tiny.Model(new ModelDescription { Scale = 2, Network = network, Sampling = sampling });
                foreach (var image in new[] { noise, faded })
                {
                    var coarse = model.Upscale(image);
                    var fine = model.Upscale(Widen(image), progress: null, CancellationToken.None);
                    AreClose(coarse.Rgb, fine.Rgb);
                    Assert.AreEqual(coarse.Alpha is null, fine.Alpha is null);
                    AreClose(coarse.Alpha ?? [], fine.Alpha ?? []);
                }
            }

        // 8 bits round several times along the way.
        static void AreClose(byte[] coarse, ushort[] fine)
        {
            double[] differences = [.. coarse.Zip(fine, (low, high) => Math.Abs(high / 257.0 - low)).DefaultIfEmpty()];
            Assert.HasCount(coarse.Length, fine);
            Assert.IsLessThan(3, differences.Max());
            Assert.IsLessThan(0.6, differences.Average());
        }
    }

    [TestMethod]
    public void A_faint_gradient_comes_out_without_bands()
    {
        // A quarter of an 8-bit level per pixel: 8 bits would be off by half a level, 128, and have 51 levels in all.
        const int Width = 200, Height = 12, Slope = 64, Darkest = 20_000;
        var gradient = new RgbImage<ushort>(
            Width, Height, [.. Enumerable.Range(0, 3 * Width * Height).Select(i => (ushort)(Darkest + i / 3 % Width * Slope))]);
        foreach (var network in new NetworkSettings[] { Tiny.Compact, Tiny.Sr3 })
            foreach (var fidelity in new[] { false, true })
            {
                using var model = Tiny.Model(new ModelDescription
                {
                    Scale = 2,
                    Network = network,
                    Sampling = Tiny.Sampling(1) with { ColorFidelity = fidelity },
                });
                var result = model.Upscale(gradient, progress: null, CancellationToken.None);
                for (var i = 0; i < result.Rgb.Length; i++)
                    Assert.IsLessThan(100, Math.Abs(result.Rgb[i] - (Darkest + (i / 3 % result.Width - 0.5) / 2 * Slope)), $"sample {i}");
                Assert.IsGreaterThan(256, result.Rgb.Distinct().Count());
            }
    }

    [TestMethod]
    public void Resizing_keeps_white_white_and_invisible_colors_out()
    {
        var white = new RgbImage<ushort>(20, 16, [.. Enumerable.Repeat(ushort.MaxValue, 3 * 20 * 16)]);
        Assert.IsTrue(BicubicResampler.Resize(white, 7, 31).Rgb.All(sample => sample == ushort.MaxValue));

        ushort[] alpha = [.. Enumerable.Range(0, 20 * 16).Select(i => i % 20 < 10 ? (ushort)1000 : (ushort)0)];
        var half = new RgbImage<ushort>(20, 16, [.. alpha.SelectMany(a => a > 0 ? new ushort[] { 65535, 65535, 65535 } : [0, 0, 0])], alpha);
        var resized = BicubicResampler.Resize(half, 33, 9);
        for (var i = 0; i < resized.Alpha!.Length; i++)
            if (resized.Alpha[i] > 0)
                Assert.AreEqual(ushort.MaxValue, resized.Rgb[3 * i]);
    }

    [TestMethod]
    public void Multiplying_gives_back_what_was_divided()
    {
        for (var alpha = 1; alpha <= ushort.MaxValue; alpha += 1021)
            for (var color = 0; color <= alpha; color += 997)
                Assert.AreEqual(color, Premultiplication.Multiply(Premultiplication.Divide((ushort)color, (ushort)alpha), (ushort)alpha));
        Assert.AreEqual(ushort.MaxValue, Premultiplication.Multiply(ushort.MaxValue, ushort.MaxValue));
    }

    static RgbImage<ushort> Widen(RgbImage image) => new(
        image.Width, image.Height, Array.ConvertAll(image.Rgb, Wide), image.Alpha is null ? null : Array.ConvertAll(image.Alpha, Wide));

    static ushort Wide(byte sample) => (ushort)(sample * 257);
}
