using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;
using Microsoft.ML.Data;

namespace Dream.ML.Tests.Models;

[TestClass]
public sealed class SuggestTests
{
    static readonly RgbImage Clean = TestImages.Load(Path.Combine(AppContext.BaseDirectory, "Photos", "dog.png"));

    [TestMethod]
    public void A_clean_photo_shows_nothing_and_gets_the_model_for_clean_ones()
    {
        using var image = MLImagePixels.Write(Clean);
        Assert.AreEqual(new(DreamModels.Photo4x, "no JPEG blocks, noise or blur"), DreamModels.Suggest(image));
    }

    [TestMethod]
    [DataRow(90)]
    [DataRow(75)]
    [DataRow(40)]
    public void JPEG_shows_wherever_its_blocks_begin(int quality) => StringAssert.StartsWith(
        Reason(ImageFilters.Compress(Clean, quality).CropColors(3, 5, 300, 200)), "JPEG blocks (on one 8×8 grid ");

    [TestMethod]
    public void Hardly_any_compression_passes_for_none() =>
        StringAssert.StartsWith(Reason(ImageFilters.Compress(Clean, 98)), "no JPEG blocks");

    [TestMethod]
    [DataRow(5)]
    [DataRow(15)]
    public void Noise_shows(double sigma) => StringAssert.StartsWith(Reason(ImageFilters.AddNoise(Clean, sigma, key: 1)), "noise (");

    [TestMethod]
    public void Blur_shows() => StringAssert.StartsWith(Reason(ImageFilters.Blur(Clean, 1.2)), "blur (");

    [TestMethod]
    public void A_damaged_photo_gets_the_model_for_real_ones_and_a_reason_of_one_line()
    {
        using var image = MLImagePixels.Write(ImageFilters.Compress(Clean, 60));
        var suggestion = DreamModels.Suggest(image);
        Assert.AreSame(DreamModels.Photo4xReal, suggestion.Model);
        Assert.DoesNotContain('\n', suggestion.Reason);
    }

    [TestMethod]
    public void Tiny_flat_and_transparent_pictures_get_the_model_for_real_ones()
    {
        RgbImage[] pictures =
        [
            TestImages.Noise(1, 1), TestImages.Noise(15, 400), TestImages.Noise(200, 200, low: 90, high: 90),
            new(64, 64, TestImages.Noise(64, 64).Rgb, new byte[64 * 64]),
        ];
        foreach (var picture in pictures)
            Assert.AreEqual("too small or too flat to tell", Reason(picture));
    }

    [TestMethod]
    public void The_order_of_colors_makes_no_difference()
    {
        using var bgra = MLImagePixels.Write(ImageFilters.AddNoise(Clean, 4, key: 1));
        var pixels = bgra.Pixels.ToArray();
        for (var i = 0; i < pixels.Length; i += 4)
            (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
        using var rgba = MLImage.CreateFromPixels(bgra.Width, bgra.Height, MLPixelFormat.Rgba32, pixels);
        Assert.AreEqual(PictureDamage.Measure(bgra), PictureDamage.Measure(rgba));
    }

    [TestMethod]
    public void Pictures_that_keep_their_size_are_cleaned()
    {
        using var image = MLImagePixels.Write(Clean);
        Assert.AreEqual(new(DreamModels.Photo1xClean, "no JPEG blocks, noise or blur: little to clean"), DreamModels.Suggest(image, scale: 1));
        using var noisy = MLImagePixels.Write(ImageFilters.AddNoise(Clean, 8, key: 1));
        Assert.AreEqual(DreamModels.Photo1xClean, DreamModels.Suggest(noisy, scale: 1).Model);
    }

    [TestMethod]
    public void A_scale_without_models_is_refused_with_the_names_of_those_there_are()
    {
        using var image = MLImagePixels.Write(Clean);
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => DreamModels.Suggest(image, scale: 3));
        StringAssert.Contains(error.Message, "photo-4x-real");
    }

    [TestMethod]
    public void Most_of_what_phones_and_web_pages_hold_is_recognized()
    {
        var pictures = Directory.GetFiles(Path.Combine(TestImages.ExternalData("real_pairs"), "LR"));
        Assert.IsGreaterThanOrEqualTo(16, pictures.Count(path => !Reason(TestImages.Load(path)).StartsWith("no JPEG", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Most_photos_reduced_by_bicubic_interpolation_are_taken_for_clean() => Assert.IsGreaterThanOrEqualTo(
        4, TestImages.Set5(scale: 4).Count(pair => Reason(pair.Low).StartsWith("no JPEG", StringComparison.Ordinal)));

    static string Reason(RgbImage picture)
    {
        using var image = MLImagePixels.Write(picture);
        return DreamModels.Suggest(image).Reason;
    }
}
