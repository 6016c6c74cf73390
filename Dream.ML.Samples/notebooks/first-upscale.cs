// The source of first-upscale.ipynb, and an app of its own: dotnet run first-upscale.cs
// Elsewhere than in this repository: #:package Dream.ML.Models@0.1.0
#:project ../../Dream.ML.Models

// %% [markdown]
// # A first upscale
//
// A ready-made model makes a photo four times as wide and high. Nothing is trained here, and a CPU is enough.
//
// We take a photo of 512×512 pixels and reduce it to 128×128, so that there is an original to compare with.

// %%
using System.IO;
using Dream.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

var original = ImageFiles.Read("../Data/evaluate/dog.png");
var thumbnail = original.ResizeBicubic(128, 128);
display(HTML(MLImageDisplay.SideBySideHtml(("the thumbnail, 128×128", thumbnail))));

// %% [markdown]
// ## Which model?
//
// `DreamModels.Suggest` looks for noise, blur and JPEG blocks. Where it finds some, it suggests `Photo4xReal`, which removes them;
// otherwise `Photo4x`, which keeps what is there.

// %%
var suggestion = DreamModels.Suggest(thumbnail);
Console.WriteLine($"{suggestion.Model.Name}: {suggestion.Reason}");

// %% [markdown]
// ## Upscale
//
// Loading reads the weights from the package; nothing is downloaded. To compare, we enlarge the thumbnail by bicubic interpolation, too, which is
// what a browser or an image editor does.
//
// In a notebook that runs you move the slider between the two. The saved notebook has them next to each other.

// %%
var dream = suggestion.Model.Load();
var upscaled = dream.Upscale(thumbnail);
var bicubic = thumbnail.ResizeBicubic(upscaled.Width, upscaled.Height);
display(HTML(upscaled.BeforeAfterHtml(bicubic, "bicubic", "Dream.ML")));

// %% [markdown]
// ## A closer look
//
// Edges and fur are clearer than in the bicubic version. What the thumbnail no longer has, such as the finest hair, does not come back.

// %%
MLImage Muzzle(MLImage image) => image.Crop(300, 220, 200, 200);
display(HTML(MLImageDisplay.SideBySideHtml(
    ("bicubic", Muzzle(bicubic)), ("Dream.ML", Muzzle(upscaled)), ("original", Muzzle(original)))));

// %% [markdown]
// ## From file to file
//
// For files one call is enough. It keeps EXIF data and resolution, turns the picture upright, and returns notes about all that was lost or converted.

// %%
Directory.CreateDirectory("out");
File.WriteAllBytes("out/thumbnail.png", thumbnail.ToPng());
var notes = dream.Upscale("out/thumbnail.png", "out/large.jpg");
Console.WriteLine($"out/large.jpg, {notes.Count} notes");

// %% [markdown]
// ## As a step of a pipeline
//
// In ML.NET the model is an estimator like any other. It fills a column of images. `Fit` trains nothing here, as with `ApplyOnnxModel`.

// %%
var ml = new MLContext();
var files = ml.Data.LoadFromEnumerable(new[] { new { Path = "out/thumbnail.png" } });
var pipeline = ml.Transforms.LoadPhotos("Image", null, "Path")
    .Append(ml.Transforms.DreamSuperResolve("Upscaled", "Image", suggestion.Model));
foreach (var image in pipeline.Fit(files).Transform(files).GetColumn<MLImage>("Upscaled"))
    Console.WriteLine($"{image.Width} × {image.Height} pixels");
