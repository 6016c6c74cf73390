// The source of fidelity-and-detail.ipynb, and an app of its own: dotnet run fidelity-and-detail.cs
// Elsewhere than in this repository: #:package Dream.ML.Models@0.1.0
#:project ../../Dream.ML.Models

// %% [markdown]
// # Fidelity or detail?
//
// Many large pictures reduce to the same small one. A model can answer with something like their average, which is never far off but soft,
// or with a sharp one, which is wrong in more places. `Detail` is the knob between the two, from 0 to 1. Three presets name the useful places:
// `SamplingPresets.Fidelity` (0), `Balanced` (0.5, the default) and `Detail` (0.9).

// %%
using Dream.ML;
using Microsoft.ML.Data;

var original = ImageFiles.Read("../Data/evaluate/owl.png");
var small = original.ResizeBicubic(128, 128);
var dream = DreamModels.Photo4x.Load();

var bicubic = small.ResizeBicubic(512, 512);
var fidelity = dream.WithSampling(SamplingPresets.Fidelity).Upscale(small);
var balanced = dream.WithSampling(SamplingPresets.Balanced).Upscale(small);
var detail = dream.WithSampling(SamplingPresets.Detail).Upscale(small);

// %% [markdown]
// `WithSampling` makes another model of the same weights; it costs nothing. Use `dream.Sampling with { Detail = 0.7 }` for what lies between.
//
// ## Close up

// %%
MLImage Eye(MLImage image) => image.Crop(140, 120, 200, 200);
display(HTML(MLImageDisplay.SideBySideHtml(
    ("fidelity", Eye(fidelity)), ("balanced", Eye(balanced)), ("detail", Eye(detail)))));
display(HTML(MLImageDisplay.SideBySideHtml(("bicubic", Eye(bicubic)), ("original", Eye(original)))));

// %% [markdown]
// ## In numbers
//
// PSNR and SSIM say how close a picture is to the original; more is better. Sharpness is its gradient energy as a share of the original's: 1 is as
// sharp as the original.

// %%
foreach (var (name, image) in new[] { ("bicubic", bicubic), ("fidelity", fidelity), ("balanced", balanced), ("detail", detail) })
{
    var (psnr, ssim) = (PeakSignalToNoiseRatio.Compute(image, original), StructuralSimilarity.Compute(image, original));
    var sharpness = SharpnessRatio.Compute(image, original);
    Console.WriteLine($"{name,-8}  PSNR {psnr:0.00} dB  SSIM {ssim:0.000}  sharpness {sharpness:0.00}");
}

// %% [markdown]
// That is the trade: from top to bottom pictures get sharper, and from fidelity to detail they get further from the original. For measuring and for archives take
// `Fidelity`, for looking at take `Balanced` or `Detail`.

// %%
display(HTML(detail.BeforeAfterHtml(fidelity, "fidelity", "detail")));
