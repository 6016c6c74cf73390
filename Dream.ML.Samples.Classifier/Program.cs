using System.Diagnostics;
using Dream.ML.Samples.Classifier;
using Microsoft.ML;

// Product photos as shops get them from suppliers: small. A folder of your own has a folder of pictures for each label.
using var thumbnails = args.Length == 0 ? new Thumbnails(Path.Combine(AppContext.BaseDirectory, "Data")) : null;
var photos = Photo.Find(args.Length == 0 ? thumbnails!.Folder : args[0]);
Console.WriteLine($"{photos.Count} photos of {photos.Select(photo => photo.Label).Distinct().Count()} products, five folds");

var ml = new MLContext(seed: 1);
var data = ml.Data.LoadFromEnumerable(photos);
foreach (var upscale in new[] { false, true })
{
    var clock = Stopwatch.StartNew();
    var folds = ml.MulticlassClassification.CrossValidate(data, ProductClassifier.Create(ml, upscale), numberOfFolds: 5);
    var accuracies = folds.Select(fold => fold.Metrics.MicroAccuracy).ToList();
    Console.WriteLine($"{(upscale ? "upscaled 4 times" : "as they are"),-16} accuracy {accuracies.Average():P1} "
        + $"({accuracies.Min():P1} to {accuracies.Max():P1}), {clock.Elapsed.TotalSeconds:0} s");
}
