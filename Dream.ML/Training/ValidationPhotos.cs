using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Networks;
using Dream.ML.Networks.Engines;
using Dream.ML.Training.Data;

namespace Dream.ML.Training;

/// <summary>Photos kept out of training, upscaled now and then to see how far the network has come.</summary>
sealed class ValidationPhotos
{
    // Enough to tell a better network from a worse one, few enough to take seconds.
    const int MaxPhotos = 16;
    const int LongestSide = 256;
    const int MaxPreviews = 4;

    readonly List<(string Name, TrainingPair Pair)> _photos = [];
    readonly SamplingSettings _sampling;

    /// <summary>Reads the first usable photos and keeps the middle of each.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal ValidationPhotos(IPhotoSource source, DataSettings settings, SamplingSettings sampling, PhotoProblems problems)
    {
        _sampling = sampling;
        var cutter = new PatchCutter(settings);
        foreach (var row in source.Read([.. Enumerable.Range(0, source.Count)]))
        {
            if (!cutter.Accepts(row, problems))
                continue;
            _photos.Add((row.Name, Middle(cutter.Pair(row), settings.Scale)));
            if (_photos.Count == MaxPhotos)
                break;
        }
        if (_photos.Count == 0)
            throw problems.NothingUsable();
    }

    /// <summary>Mean PSNR in dB and SSIM of the network as it is, and some photos to look at.</summary>
    internal (double Psnr, double Ssim, IReadOnlyList<PreviewRow> Previews) Measure(SuperResolutionNetwork network)
    {
        var upscaler = new Upscaler(new TorchEngine(network, owns: false), _sampling);
        var measured = _photos.ConvertAll(photo =>
        {
            // To the end: a checkpoint that lacks its validation would not lead to the same model.
            var result = upscaler.Upscale(photo.Pair.Low);
            return (
                Psnr: PeakSignalToNoiseRatio.Compute(result, photo.Pair.High),
                Ssim: StructuralSimilarity.Compute(result, photo.Pair.High),
                Row: new PreviewRow(photo.Name, photo.Pair.Low, Enlarged(photo.Pair), result, photo.Pair.High));
        });
        return (measured.Average(m => m.Psnr), measured.Average(m => m.Ssim), [.. measured.Take(MaxPreviews).Select(m => m.Row)]);
    }

    static RgbImage Enlarged(TrainingPair pair) => BicubicResampler.Resize(pair.Low, pair.High.Width, pair.High.Height);

    static TrainingPair Middle(TrainingPair pair, int scale)
    {
        var (width, height) = (Math.Min(pair.Low.Width, LongestSide / scale), Math.Min(pair.Low.Height, LongestSide / scale));
        var (left, top) = ((pair.Low.Width - width) / 2, (pair.Low.Height - height) / 2);
        return new(
            pair.Low.CropColors(left, top, width, height),
            pair.High.CropColors(left * scale, top * scale, width * scale, height * scale));
    }
}
