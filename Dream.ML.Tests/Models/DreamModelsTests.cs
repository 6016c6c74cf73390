using Dream.ML.Imaging;

namespace Dream.ML.Tests.Models;

[TestClass]
public sealed class DreamModelsTests
{
    [TestMethod]
    public void Every_model_loads_and_upscales_by_the_scale_in_its_name()
    {
        foreach (var model in DreamModels.All)
        {
            using var dream = model.Load();
            using var small = MLImagePixels.Write(TestImages.Noise(20, 16));
            using var large = dream.Upscale(small);
            Assert.Contains($"-{large.Width / 20}x", model.Name);
            Assert.AreEqual(model.Scale * 16, large.Height, model.Name);
        }
    }

    [TestMethod]
    public void Every_file_of_weights_belongs_to_a_model() => CollectionAssert.AreEquivalent(
        typeof(DreamModels).Assembly.GetManifestResourceNames(),
        DreamModels.All.Select(model => $"{model.Name}.safetensors").ToArray());

    [TestMethod]
    public void A_name_finds_its_model_in_any_case()
    {
        Assert.AreSame(DreamModels.Photo4xReal, DreamModels.Find("Photo-4X-Real"));
        Assert.IsNull(DreamModels.Find("photo-16x"));
    }
}
