using System.Diagnostics;
using Dream.ML;
using Dream.ML.Samples.Classifier;
using Microsoft.ML;

// Product photos as suppliers send them: small. The folder has a folder of photos for each product.
var folder = args is [var own, ..] ? own : Thumbnails.Cut(Path.Combine(AppContext.BaseDirectory, "Data"), Path.Combine("out", "products"));
var photos = Directory.GetFiles(folder, "*.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
    .Select(file => new { Path = file, Label = Path.GetFileName(Path.GetDirectoryName(file)) }).ToList();
Console.WriteLine($"{photos.Count} photos of {photos.Select(photo => photo.Label).Distinct().Count()} products");

var ml = new MLContext(seed: 1);
var data = ml.Data.LoadFromEnumerable(photos);
foreach (var upscale in new[] { false, true })
{
    IEstimator<ITransformer> images = ml.Transforms.LoadPhotos("Image", null, "Path");
    if (upscale)
        images = images.Append(ml.Transforms.DreamSuperResolve("Image", "Image", DreamModels.Photo4x));
    var pipeline = images
        .Append(ml.Transforms.ResizeImages("Image", imageWidth: 64, imageHeight: 64))
        .Append(ml.Transforms.ExtractPixels("Pixels", "Image", offsetImage: 127.5f, scaleImage: 1 / 127.5f))
        // What follows reads the data many times: without the cache, each time decodes and upscales all photos again.
        .AppendCacheCheckpoint(ml)
        .Append(ml.Transforms.NormalizeLpNorm("Features", "Pixels"))
        .Append(ml.Transforms.Conversion.MapValueToKey("Label"))
        .Append(ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.AveragedPerceptron()));

    var clock = Stopwatch.StartNew();
    var accuracies = ml.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 4).Select(fold => fold.Metrics.MicroAccuracy).ToList();
    Console.WriteLine($"{(upscale ? "upscaled" : "as they are"),-11}  accuracy {accuracies.Average():P1}, from {accuracies.Min():P1} to {accuracies.Max():P1} "
        + $"in 4 folds; {clock.Elapsed.TotalSeconds:0} s");
}
