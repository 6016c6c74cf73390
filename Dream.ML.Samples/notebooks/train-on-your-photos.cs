// The source of train-on-your-photos.ipynb, and an app of its own: dotnet run train-on-your-photos.cs
// Elsewhere than in this repository: #:package Dream.ML.Models@0.1.0 and, to train, #:package libtorch-cpu-linux-x64@2.10.0
// (on Windows and macOS TorchSharp-cpu, version 0.107.0, instead)
#:project ../../Dream.ML.Models

// %% [markdown]
// # Train on your own photos
//
// A model that has seen pictures like yours does better on them than one for all pictures. Here a small one learns from the sample photos, in less than
// a minute, from nothing. Put the path of your own folder in their place.
//
// The photos are the high-resolution side. The low-resolution side is made from them.

// %%
using System.IO;
using Dream.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var photos = ml.Data.LoadFromEnumerable(
    Directory.GetFiles("../Data/train", "*.jpg").Order(StringComparer.Ordinal).Select(path => new { Path = path }));

// %% [markdown]
// ## Watch it learn
//
// `MetricsCallback` is called after every update. We draw the loss, and replace the drawing every 20 updates.

// %%
string Curve(IReadOnlyList<double> losses, string caption)
{
    var points = losses.Select((loss, index) => $"{480 * index / losses.Count},{150 - 140 * loss / losses.Max():0}");
    return $"""
        <svg width="480" height="160"><path stroke="#3366cc" d="M{string.Join(" L", points)}" fill="none" /></svg>
        <figcaption>{caption}</figcaption>
        """;
}

var losses = new List<double>();
var curve = display(HTML("reading the photos"));
var options = new DreamSuperResolutionEstimator.Options
{
    OutputColumnName = "Upscaled",
    InputColumnName = "Image",
    Scale = 4,
    Network = new CompactSettings { Channels = 32 },
    Training = new() { Steps = 1000 },
    MetricsCallback = metrics =>
    {
        losses.Add(metrics.Loss);
        if (metrics.Step % 20 == 0)
            curve.Update(HTML(Curve(losses, $"loss {metrics.Loss:0.000}, {metrics.Step} of {metrics.Steps} updates")));
    },
};
var pipeline = ml.Transforms.LoadPhotos("Image", null, "Path").Append(ml.Transforms.DreamSuperResolve(options));
var model = pipeline.Fit(photos);

// %% [markdown]
// The jump half-way is no accident. The network first learns to predict the picture in one pass; then diffusion begins, and its loss is added.
//
// ## What has it learned?
//
// A photo that was not among those for training, reduced and enlarged again:

// %%
var dream = model.LastTransformer;
var original = ImageFiles.Read("../Data/evaluate/chameleon.png");
var small = original.ResizeBicubic(128, 128);
var bicubic = small.ResizeBicubic(512, 512);
var trained = dream.Upscale(small);
var ready = DreamModels.Photo4x.Load().Upscale(small);

MLImage Part(MLImage image) => image.Crop(200, 130, 200, 200);
display(HTML(MLImageDisplay.SideBySideHtml(
    ("bicubic", Part(bicubic)), ("trained here", Part(trained)), ("photo-4x", Part(ready)), ("original", Part(original)))));
foreach (var (name, image) in new[] { ("bicubic", bicubic), ("trained here", trained), ("photo-4x", ready) })
    Console.WriteLine($"{name,-12} {PeakSignalToNoiseRatio.Compute(image, original):0.00} dB");

// %% [markdown]
// Half a minute is enough to see that it works, and not to reach the ready-made model, a larger network that had 213 photos and 9,000 updates. There are two ways
// from here: more `Steps` (2,000 is the default), or `InitialModel = DreamModels.Photo4x`, which starts from what that model knows.
//
// ## Keep it
//
// The whole pipeline becomes one file, which another process loads and uses.

// %%
Directory.CreateDirectory("out");
ml.Model.Save(model, photos.Schema, "out/dream.zip");
using (var loaded = DreamSuperResolutionTransformer.Load(ml, "out/dream.zip"))
    Console.WriteLine($"loaded: enlarges {loaded.Scale} times");
