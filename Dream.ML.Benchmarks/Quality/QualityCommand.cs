using System.CommandLine;
using System.Globalization;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>Measures a trained model on a folder of photos, as tables of published results do.</summary>
static class QualityCommand
{
    internal static Command Create()
    {
        var model = TrainedModel.Argument();
        var photos = new Argument<DirectoryInfo>("photos")
        {
            Description = "Folder of originals, which MATLAB's bicubic reduction makes the inputs of; or of pairs, in LR and HR.",
        }.AcceptExistingOnly();
        var steps = new Option<int[]>("--steps")
        {
            Description = "Numbers of sampling steps to try beside the model's own.",
            DefaultValueFactory = _ => [1, 2, 4, 8, 16],
            AllowMultipleArgumentsPerToken = true,
        };
        var save = new Option<DirectoryInfo?>("--save") { Description = "Folder to keep the pictures in, one below it for each row." };
        var resNet = new Option<FileInfo?>("--resnet18")
        {
            Description = "ResNet18.onnx of the package Microsoft.ML.DnnImageFeaturizer.ResNet18: measures the distance of its features.",
        };
        var command = new Command("quality", "Measures a trained model on a folder of photos.") { model, photos, steps, save, resNet };
        command.SetAction(result =>
        {
            using var trained = TrainedModel.Load(result.GetRequiredValue(model));
            var pairs = PhotoPair.ReadFolder(result.GetRequiredValue(photos).FullName, trained.Scale);
            using var features = result.GetValue(resNet) is { } network ? new FeatureDistance(network.FullName) : null;
            var sampling = trained.Sampling;

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{pairs.Length} photos, ×{trained.Scale}; PSNR and SSIM on luma, {trained.Scale} pixels cropped.\n"));
            Console.WriteLine(Score.Header);
            Write("bicubic", pair => BicubicResampler.Resize(pair.Low, pair.High.Width, pair.High.Height, BicubicConvention.Matlab));
            Row("default", sampling);
            Row("fidelity end (detail 0)", sampling with { Detail = 0 });
            Row("detail end (detail 1)", sampling with { Detail = 1 });
            foreach (var count in result.GetRequiredValue(steps))
                Row($"{count} steps", sampling with { Steps = count });

            void Row(string name, SamplingSettings settings)
            {
                using var model = trained.WithSampling(settings);
                Write(name, pair => model.Upscale(pair.Low, CancellationToken.None));
            }

            void Write(string name, Func<PhotoPair, RgbImage> upscale) => Console.WriteLine(Score.Of(
                pairs, trained.Scale, upscale, features, result.GetValue(save) is { } folder ? Path.Combine(folder.FullName, name) : null).Row(name));
        });
        return command;
    }
}
