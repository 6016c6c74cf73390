using TorchSharp;
using TorchSharp.Modules;

namespace Dream.ML.Training.Reporting;

/// <summary>TensorBoard's view of a training. TorchSharp's writer opens and closes its file for every event.</summary>
sealed class TensorBoardEvents
{
    readonly SummaryWriter _writer;
    readonly DateTimeOffset _start;

    /// <summary>Begins a new file in place of those of earlier runs, whose curves would overlap the new ones.</summary>
    /// <param name="folder">The folder that TensorBoard is given.</param>
    /// <param name="start">When the training would have begun, had it never been interrupted.</param>
    internal TensorBoardEvents(string folder, DateTimeOffset start)
    {
        foreach (var file in Directory.CreateDirectory(folder).EnumerateFiles("events.out.tfevents.*"))
            file.Delete();
        _writer = torch.utils.tensorboard.SummaryWriter(folder);
        _start = start;
    }

    internal void Add(DreamTrainingMetrics metrics)
    {
        Add("loss", metrics.Loss);
        Add("learning_rate", metrics.LearningRate);
        Add("gradient_norm", metrics.GradientNorm);
        Add("images_per_second", metrics.ImagesPerSecond);
        Add("waiting_share", metrics.WaitingShare);
        foreach (var set in metrics.Validations)
        {
            Add($"{set.Name}/psnr", set.Psnr);
            Add($"{set.Name}/ssim", set.Ssim);
        }

        void Add(string tag, double value) =>
            _writer.add_scalar(tag, (float)value, metrics.Step, (_start + metrics.Elapsed).ToUnixTimeSeconds());
    }

    internal void AddPicture(Preview preview, string path) =>
        _writer.add_img($"preview/{preview.Name}", path, preview.Step);
}
