using System.CommandLine;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Reporting;
using Microsoft.ML;

namespace Dream.ML.Samples.Commands;

/// <summary>Measures pictures against their originals, whoever made them.</summary>
static class EvaluateCommand
{
    internal static Command Create()
    {
        var upscaled = new Argument<DirectoryInfo>("upscaled") { Description = "Folder of the pictures to measure." }.AcceptExistingOnly();
        var originals = new Argument<DirectoryInfo>("originals") { Description = "Folder of the originals: files of the same names and sizes." }.AcceptExistingOnly();
        var scale = new Option<int?>("--scale")
        {
            Description = "Measures as tables of published results do: luma, with a border as wide as the scale cropped. All colors and pixels unless given.",
        };
        var command = new Command("evaluate", "Measures pictures against their originals: PSNR, SSIM, sharpness, NIQE.") { upscaled, originals, scale };
        command.SetAction(result =>
        {
            var ml = new MLContext();
            var pairs = PhotoModel.Pairs(result.GetRequiredValue(upscaled).FullName, result.GetRequiredValue(originals).FullName);
            var metrics = ml.Transforms.EvaluateSuperResolution(pairs, PhotoModel.TargetColumn, PhotoModel.ImageColumn, new()
            {
                Convention = result.GetValue(scale) is { } cropped ? MetricConvention.Benchmark(cropped) : MetricConvention.Paper,
            });
            var mean = metrics.Mean;
            Output.Result(
                new { Pictures = metrics.Images.Count, mean.Psnr, mean.Ssim, Sharpness = mean.SharpnessRatio, mean.Niqe }, metrics.ToString());
        });
        return command;
    }
}
