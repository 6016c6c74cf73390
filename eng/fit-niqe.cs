#:project ../Dream.ML/Dream.ML.csproj
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:property PublishAot=false

// Makes Dream.ML/Metrics/niqe.safetensors: dotnet run -c Release eng/fit-niqe.cs -- FILE FOLDER...
// The folders were the project's collection of 15 CC0 photos (cc0_photos) and Dream.ML.Samples/Data/train.
using Dream.ML;
using Microsoft.ML.Data;

var model = NiqeModel.Fit(Photos(args[1..]));
using var file = File.Create(args[0]);
model.Save(file);

static IEnumerable<MLImage> Photos(string[] folders)
{
    foreach (var path in folders.SelectMany(folder => Directory.GetFiles(folder, "*.jpg").Order(StringComparer.Ordinal)))
    {
        using var photo = ImageFiles.Read(path);
        yield return photo;
    }
}
