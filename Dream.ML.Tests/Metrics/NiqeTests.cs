using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;
using Microsoft.ML.Data;

namespace Dream.ML.Tests.Metrics;

[TestClass]
public sealed class NiqeTests
{
    [TestMethod]
    public void Noise_and_blur_make_photos_less_natural()
    {
        foreach (var path in Photos(Path.Combine(AppContext.BaseDirectory, "Photos"), "*.png"))
        {
            var photo = TestImages.Load(path);
            var natural = NiqeModel.Default.Compute(photo)!.Value;
            foreach (var spoiled in new[] { ImageFilters.Blur(photo, 2), ImageFilters.AddNoise(photo, 15, key: 1) })
                Assert.IsGreaterThan(1.2 * natural, NiqeModel.Default.Compute(spoiled)!.Value, path);
        }
    }

    [TestMethod]
    public void The_shipped_model_is_that_of_the_photos_it_names()
    {
        var fitted = NiqeModel.Fit(Photos(TestImages.ExternalData("cc0_photos"), "*.jpg")
            .Concat(Photos(TestImages.ExternalData(Path.Combine("embed", "train")), "*.jpg"))
            .Select(MLImage.CreateFromFile));
        var image = TestImages.Load(Photos(Path.Combine(AppContext.BaseDirectory, "Photos"), "*.png").First());

        Assert.AreEqual(fitted.Compute(image)!.Value, NiqeModel.Default.Compute(image)!.Value, 1e-6);
    }

    [TestMethod]
    public void A_saved_model_gives_the_same_values()
    {
        using var photo = MLImagePixels.Write(TestImages.Noise(96 * 7, 96 * 6));
        var model = NiqeModel.Fit([photo]);
        using var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;

        var other = TestImages.Noise(200, 100, high: 128, seed: 2);
        Assert.AreEqual(model.Compute(other), NiqeModel.Load(stream).Compute(other));
        Assert.AreNotEqual(model.Compute(other), NiqeModel.Default.Compute(other));
    }

    [TestMethod]
    public void Too_few_sharp_patches_are_refused()
    {
        using var photo = MLImagePixels.Write(TestImages.Noise(96 * 6, 96 * 6));
        var error = Assert.ThrowsExactly<ArgumentException>(() => NiqeModel.Fit([photo]));
        StringAssert.Contains(error.Message, "36 sharp patches");
    }

    [TestMethod]
    public void Patches_that_repeat_each_other_are_refused()
    {
        using var photo = MLImagePixels.Write(TestImages.Noise(96 * 3, 96 * 3));
        var error = Assert.ThrowsExactly<ArgumentException>(() => NiqeModel.Fit([.. Enumerable.Repeat(photo, 5)]));
        StringAssert.Contains(error.Message, "different");
    }

    [TestMethod]
    public void Only_patches_near_the_sharpest_of_their_photo_are_learned_from()
    {
        // 36 patches of weak noise and 36 of strong, too few for a model of their own.
        var mixed = TestImages.Noise(96 * 6, 96 * 12);
        for (int i = 0; i < mixed.Rgb.Length / 2; i++)
            mixed.Rgb[i] = (byte)(128 + mixed.Rgb[i] / 8);
        using var photo = MLImagePixels.Write(mixed);
        var error = Assert.ThrowsExactly<ArgumentException>(() => NiqeModel.Fit([photo]));
        StringAssert.Contains(error.Message, "36 sharp patches");
    }

    [TestMethod]
    public void Small_and_flat_images_have_no_value()
    {
        Assert.IsNull(NiqeModel.Default.Compute(TestImages.Noise(191, 191)));
        Assert.IsNull(NiqeModel.Default.Compute(TestImages.Noise(95, 400)));
        Assert.IsNull(NiqeModel.Default.Compute(TestImages.Noise(400, 400, low: 9, high: 9)));
        Assert.IsNotNull(NiqeModel.Default.Compute(TestImages.Noise(192, 96)));
    }

    [TestMethod]
    public void Another_file_is_not_taken_for_a_model()
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", "metrics.safetensors"));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => NiqeModel.Load(stream)).Message, "'mean'");
    }

    static IEnumerable<string> Photos(string folder, string pattern) =>
        Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal);
}
