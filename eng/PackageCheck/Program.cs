
// packagecheck train <folder>   trains a little, saves, prints a digest of an upscaled picture
// packagecheck use   <folder>   a new process: loads through plain ML.NET and prints the digest of the same picture
// packagecheck ready <folder>   upscales the picture by a ready-made model, also with ImageSharp, and prints the sizes
using System.Security.Cryptography;
using Dream.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

var (mode, folder) = (args[0], args[1]);
var file = Path.Combine(folder, "model.zip");
var picture = Path.Combine(folder, "picture.png");
if (!File.Exists(picture))
{
    var noise = new byte[4 * 96 * 96];
    new Random(1).NextBytes(noise);
    for (var alpha = 3; alpha < noise.Length; alpha += 4)
        noise[alpha] = 255;
    using var drawn = MLImage.CreateFromPixels(96, 96, MLPixelFormat.Bgra32, noise);
    drawn.Save(picture);
}

if (mode == "ready")
{
    using var dream = DreamModels.Photo4xReal.Load();
    using var small = MLImage.CreateFromFile(picture);
    using var large = dream.Upscale(small);
    using var loaded = SixLabors.ImageSharp.Image.Load(picture);
    using var upscaledWithImageSharp = dream.Upscale(loaded);
    Console.WriteLine($"{large.Width}x{large.Height} {upscaledWithImageSharp.Width}x{upscaledWithImageSharp.Height}");
    return;
}

var ml = new MLContext(seed: 1);
var data = ml.Data.LoadFromEnumerable([new Picture { Path = picture }]);

ITransformer model;
if (mode == "train")
{
    var pipeline = ml.Transforms.LoadPhotos("Image", null, "Path")
        .Append(ml.Transforms.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = "Upscaled",
            InputColumnName = "Image",
            Scale = 2,
            Training = new() { Steps = 5 },
            Device = "cpu",
        }));
    model = pipeline.Fit(data);
    ml.Model.Save(model, data.Schema, file);
}
else
{
    model = ml.Model.Load(file, out _);
}

var upscaled = model.Transform(data);
var column = upscaled.Schema["Upscaled"];
using var cursor = upscaled.GetRowCursor([column]);
var getter = cursor.GetGetter<MLImage>(column);
MLImage? image = null;
while (cursor.MoveNext())
    getter(ref image!);
var ssim = ml.Transforms.EvaluateSuperResolution(upscaled, "Upscaled", "Upscaled").Mean.Ssim;
if (ssim != 1)
    throw new InvalidOperationException($"An image compared with itself has an SSIM of {ssim}.");
Console.WriteLine($"{image!.Width}x{image.Height} {Convert.ToHexString(SHA256.HashData(image.Pixels))}");

sealed class Picture
{
    public string Path { get; set; } = "";
}
