using System.CommandLine;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Reporting;

namespace Dream.ML.Samples.Commands;

/// <summary>Trains on a folder of photos.</summary>
static class TrainCommand
{
    internal static Command Create(CancellationToken cancellation)
    {
        var folders = new Argument<string[]>("folders")
        {
            Description = "Photos of high resolution, sub-folders too.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "The model to write: a pipeline, or as .safetensors its network alone at half the size.",
            DefaultValueFactory = _ => "model.zip",
        };
        var scale = new Option<int?>("--scale") { Description = "Output size over input size, 2 to 8, or 1 to restore pictures that keep their size. That of --from, or 4, unless given." };
        var command = new Command("train", "Trains a model on your photos.") { folders, output, scale };
        var flags = new TrainingFlags(command);
        command.SetAction(result =>
        {
            var file = Path.GetFullPath(result.GetRequiredValue(output));
            var elapsed = PhotoModel.Train(
                result.GetRequiredValue(folders),
                file,
                flags.Seed(result),
                (report, workspace) => flags.Options(result, result.GetValue(scale), report, workspace, cancellation));
            Output.Result(new { Output = file, Seconds = elapsed.TotalSeconds }, $"Written: {file}");
        });
        return command;
    }
}
