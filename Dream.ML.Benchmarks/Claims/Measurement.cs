namespace Dream.ML.Benchmarks.Claims;

/// <summary>What a network was worth at one checkpoint of its training, sampled in one number of steps.</summary>
/// <param name="Network">Which network.</param>
/// <param name="Method">How it was trained: <see cref="Candidate.Standard"/> or DREAM's power, and what else was changed.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Checkpoint">Number of the checkpoint, from 1.</param>
/// <param name="Updates">Training updates done.</param>
/// <param name="Seconds">Time spent training, without the time spent measuring.</param>
/// <param name="SamplingSteps">Network runs per image.</param>
/// <param name="Quality">The averaged weights' results on the held-out crops.</param>
sealed record Measurement(
    string Network, string Method, int Seed, int Checkpoint, int Updates, double Seconds, int SamplingSteps, Quality Quality)
{
    /// <summary>The method of what no network made.</summary>
    internal const string Bicubic = "bicubic";

    internal const string CsvHeader =
        "network,method,seed,checkpoint,updates,seconds,sampling_steps,psnr,ssim,consistency,sharpness,lpips";

    internal string ToCsv() => FormattableString.Invariant(
        $"{Network},{Method},{Seed},{Checkpoint},{Updates},{Seconds:0.0},{SamplingSteps},{Quality.Psnr:0.000},{Quality.Ssim:0.00000},{Quality.Consistency:0.000},{Quality.Sharpness:0.0000},{Quality.Lpips:0.0000}");
}
