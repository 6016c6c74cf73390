using Dream.ML.Imaging;
using Dream.ML.Tests.MLNet;
using Dream.ML.Tests.Networks;
using Microsoft.ML;

namespace Dream.ML.Tests.DependencyInjection;

/// <summary>A model that doubles, trained for a moment.</summary>
static class TinyModelFile
{
    internal static void Save(string zip, string? own = null)
    {
        var ml = new MLContext(seed: 1);
        var estimator = ml.Transforms.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = "Upscaled",
            InputColumnName = "Image",
            Scale = 2,
            Network = Tiny.Compact,
            Training = new() { Steps = 5, BatchSize = 2, PatchSize = 16 },
            Sampling = new() { Steps = 2 },
            Device = "cpu",
        });
        var photos = ml.Data.LoadFromEnumerable(
            new[] { new Photo { Image = MLImagePixels.Write(TestImages.Noise(24, 20)), Vector = [0, 0] } });
        using var model = estimator.Fit(photos);
        ml.Model.Save(model, photos.Schema, zip);
        if (own is null)
            return;
        using var file = File.Create(own);
        model.Save(file);
    }
}
