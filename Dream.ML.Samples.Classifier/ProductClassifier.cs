using Microsoft.ML;

namespace Dream.ML.Samples.Classifier;

/// <summary>Says from a photo which product it shows.</summary>
public static class ProductClassifier
{
    const int Side = 64;

    /// <summary>Upscales, or does not, brings all photos to one size, and learns the label.</summary>
    public static IEstimator<ITransformer> Create(MLContext ml, bool upscale)
    {
        var load = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Transforms.LoadPhotos("Photo", null, "Path"));
        IEstimator<ITransformer> photos = upscale
            ? load.Append(ml.Transforms.DreamSuperResolve("Photo", "Photo", DreamModels.Photo4x))
            : load;
        return photos
            .Append(ml.Transforms.ResizeImages("Photo", Side, Side))
            .Append(ml.Transforms.ExtractPixels("Features", "Photo", scaleImage: 1 / 255f))
            // The trainer goes over the photos many times: without the cache each time would read and upscale them again.
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(new() { MaximumNumberOfIterations = 20, NumberOfThreads = 1 }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    }
}
