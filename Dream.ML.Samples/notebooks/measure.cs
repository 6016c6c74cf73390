// The source of measure.ipynb, and an app of its own: dotnet run measure.cs
// Elsewhere than in this repository: #:package Dream.ML.Models@0.1.0
#:project ../../Dream.ML.Models

// %% [markdown]
// # How good is it on my photos?
//
// The usual test: take photos, reduce them, upscale the result, and compare with the photos. `EvaluateSuperResolution` does the comparing, as
// `Evaluate` does elsewhere in ML.NET. The four sample photos here were never used for training.

// %%
using System.IO;
using Dream.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var paths = Directory.GetFiles("../Data/evaluate", "*.png").Order(StringComparer.Ordinal).ToArray();
var files = ml.Data.LoadFromEnumerable(paths.Select(path => new { Path = path }));

var pairs = ml.Transforms.LoadPhotos("Photo", null, "Path")
    .Append(ml.Transforms.DegradeImages("Image", "Photo", scale: 4))
    .Fit(files).Transform(files);

// %% [markdown]
// ## The model
//
// `Photo4x` is for clean, sharp pictures, as these are. Its input column is `Image`, its output column `Upscaled`.
//
// `MetricConvention.Benchmark(4)` compares brightness alone and leaves out a border of 4 pixels, as published tables do.

// %%
var dream = DreamModels.Photo4x.Load(ml);
var metrics = ml.Transforms.EvaluateSuperResolution(dream.Transform(pairs), "Photo", "Upscaled",
    new() { Convention = MetricConvention.Benchmark(4), LowResolutionColumnName = "Image" });
Console.WriteLine(metrics.ToString().Replace(" | ", "\n"));

// %% [markdown]
// - **PSNR**, **SSIM**, **MS-SSIM**: how close to the original, more is better.
// - **sharpness**: gradient energy as a share of the original's. 1 is as sharp.
// - **NIQE**: how natural the picture looks by itself, less is better.
// - **consistency**: how far the result, reduced again, is from the input. Near 0, nothing was made up that the input contradicts.
//
// ## Every photo, next to bicubic interpolation
//
// A number says little by itself. Bicubic interpolation is the yardstick.

// %%
Console.WriteLine("photo          bicubic   photo-4x    gain");
foreach (var (path, measured) in paths.Zip(metrics.Images))
{
    var photo = ImageFiles.Read(path);
    var bicubic = photo.ResizeBicubic(128, 128).ResizeBicubic(512, 512);
    var yardstick = PeakSignalToNoiseRatio.Compute(bicubic, photo, MetricConvention.Benchmark(4));
    var psnr = measured.Quality.Psnr;
    Console.WriteLine($"{Path.GetFileName(path),-13} {yardstick,5:0.00} dB   {psnr,5:0.00} dB   {psnr - yardstick,5:+0.00}");
}

// %% [markdown]
// Four photos show that it works and give no figure to quote; [results](../../docs/results.md) has those of the usual benchmark sets. Measure on as many of
// your own photos as you can, and on none that a model was trained on.
