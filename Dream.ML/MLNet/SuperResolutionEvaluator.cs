using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.MLNet;

/// <summary>Measures the rows of a data view one after another.</summary>
static class SuperResolutionEvaluator
{
    internal static SuperResolutionMetrics Evaluate(
        IHostEnvironment environment,
        IDataView data,
        string referenceColumn,
        string upscaledColumn,
        SuperResolutionEvaluationOptions options,
        CancellationToken cancellation)
    {
        string[] names = options.LowResolutionColumnName is { } lowColumn
            ? [referenceColumn, upscaledColumn, lowColumn]
            : [referenceColumn, upscaledColumn];
        var columns = Array.ConvertAll(names, name => data.Schema.Find(name, typeof(ImageDataViewType)));
        var extractor = options.FeatureNetwork is { } network ? new FeatureExtractor(network) : null;
        using var cursor = data.GetRowCursor(columns);
        var readers = Array.ConvertAll(columns, column => ImageCell.Reader(cursor, column));

        List<EvaluatedImage> images = [];
        int skipped = 0;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            MLNetInternals.ThrowIfCanceled(environment);
            var cells = Array.ConvertAll(readers, read => read());
            if (cells.Contains(null))
            {
                skipped++;
                continue;
            }
            var (tag, row) = (cells[0]!.Tag, cursor.Position);
            try
            {
                images.Add(new()
                {
                    Row = row,
                    Name = tag,
                    Quality = Measure(cells[1]!.Pixels, cells[0]!.Pixels, cells.ElementAtOrDefault(2)?.Pixels, options, extractor),
                });
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                var name = tag is null ? "" : $" ({tag})";
                throw new InvalidOperationException(
                    $"Columns '{upscaledColumn}' and '{referenceColumn}', row {row}{name}: {e.Message}", e);
            }
        }
        return images.Count > 0
            ? new(images, skipped)
            : throw new InvalidOperationException(
                $"There is nothing to evaluate: no row has an image in each of the columns '{string.Join("', '", names)}'.");
    }

    static ImageQuality Measure(
        RgbImage image,
        RgbImage reference,
        RgbImage? lowResolution,
        SuperResolutionEvaluationOptions options,
        FeatureExtractor? extractor) => new()
        {
            Psnr = PeakSignalToNoiseRatio.Compute(image, reference, options.Convention),
            Ssim = StructuralSimilarity.Compute(image, reference, options.Convention),
            MsSsim = MultiScaleStructuralSimilarity.TryCompute(image, reference, options.Convention),
            SharpnessRatio = SharpnessRatio.Compute(image, reference, options.Convention) is var ratio && double.IsFinite(ratio) ? ratio : null,
            Niqe = options.NiqeModel?.Compute(image),
            Consistency = lowResolution is null ? null : Consistency.Compute(image, lowResolution),
            FeatureDistance = extractor?.Distance(image, reference),
            Lpips = options.Lpips?.Compute(image, reference),
        };
}
