using System.Security.Cryptography;
using Dream.ML.SuperResolution;
using Microsoft.ML;
using Microsoft.ML.Data;

// packagecheck train <photos> <model.zip>   trains a little, saves, prints a digest of an upscaled photo
// packagecheck use   <photos> <model.zip>   a new process: loads through plain ML.NET and prints the digest of the same photo
var (mode, photos, file) = (args[0], args[1], args[2]);
var ml = new MLContext(seed: 1);
var rows = Directory.GetFiles(photos).Where(path => path.EndsWith(".jpg")).Order().Take(3).Select(path => new Photo { Path = path });
var data = ml.Data.LoadFromEnumerable(rows);

ITransformer model;
if (mode == "train")
{
    var pipeline = ml.Transforms.LoadImages("Image", null, "Path")
        .Append(ml.Transforms.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = "Upscaled",
            InputColumnName = "Image",
            Scale = 2,
            TrainingSteps = 5,
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
Console.WriteLine($"{image!.Width}x{image.Height} {Convert.ToHexString(SHA256.HashData(image.Pixels))}");

sealed class Photo
{
    public string Path { get; set; } = "";
}
