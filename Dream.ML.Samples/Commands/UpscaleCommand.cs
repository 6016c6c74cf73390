using System.CommandLine;
using Dream.ML.Samples.Photos;

namespace Dream.ML.Samples.Commands;

/// <summary>Upscales photos with a trained model.</summary>
static class UpscaleCommand
{
    internal static Command Create(CancellationToken cancellation)
    {
        var model = new Argument<FileInfo>("model") { Description = "A model that training wrote." }
            .AcceptExistingOnly();
        var input = new Argument<string>("input") { Description = "A photo, or a folder of them, sub-folders too." };
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the upscaled photos (png); what is there already is overwritten.",
            Required = true,
        };
        var command = new Command("upscale", "Upscales a photo or a folder of photos.") { model, input, output };
        command.SetAction(result => Run(
            result.GetRequiredValue(model).FullName,
            Path.GetFullPath(result.GetRequiredValue(input)),
            Path.GetFullPath(result.GetRequiredValue(output)),
            cancellation));
        return command;
    }

    static int Run(string modelFile, string input, string output, CancellationToken cancellation)
    {
        var photos = PhotoFile.Find(input);
        using var model = PhotoModel.Load(modelFile);
        var good = PhotoFile.ForEach(photos, photo =>
        {
            var target = Path.Combine(output, $"{photo.Name}.png");
            if (target == photo.Path)
                throw new IOException("the result would overwrite it; choose another output folder.");
            using var image = photo.Open();
            using var upscaled = model.Upscale(image, cancellation);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            upscaled.Save(target);
            Console.WriteLine($"{target}  {image.Width}×{image.Height} → {upscaled.Width}×{upscaled.Height}");
        });
        return good ? 0 : 1;
    }
}
