using System.Globalization;
using Dream.ML.IO;
using Dream.ML.Samples.Reporting;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Dream.ML.Samples.Photos;

/// <summary>Models trained on photos: a plain ML.NET pipeline, saved and loaded by ML.NET.</summary>
static class PhotoModel
{
    internal const string ImageColumn = "Image";
    internal const string TargetColumn = "Target";
    internal const string MaskColumn = "Mask";

    /// <summary>
    /// Trains on all photos in some folders and saves the pipeline; as .safetensors the step that upscales alone, with weights of
    /// half the size.
    /// </summary>
    /// <param name="folders">Where the photos are.</param>
    /// <param name="file">The model to write; that it can be written is found out first.</param>
    /// <param name="seed">Seed of the context.</param>
    /// <param name="options">The options, given whom to report to and the workspace to use where none is named.</param>
    /// <returns>How long training took.</returns>
    internal static TimeSpan Train(
        IEnumerable<string> folders,
        string file,
        int seed,
        Func<Action<DreamTrainingMetrics>, string, DreamSuperResolutionEstimator.Options> options)
    {
        if (Directory.Exists(file))
            throw new IOException($"'{file}' is a folder; name a file for the model, such as model.zip.");
        PhotoFile[] photos = [.. folders.SelectMany(folder => PhotoFile.Find(folder))];
        RegularFile.ThrowIfNotReplaceable(file, PhotoFile.Identities(photos));
        using var saved = new ModelToSave(file);

        var ml = new MLContext(seed);
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                Failure.Warn(message.RawMessage);
            else if (message.RawMessage.StartsWith("Training on ", StringComparison.Ordinal))
                Console.WriteLine(message.RawMessage);
        };
        var data = ml.Data.LoadFromEnumerable(photos.Select(photo => new Row { Path = Path.GetFullPath(photo.Path) }));
        var (elapsed, workspace) = (TimeSpan.Zero, saved.Workspace);
        try
        {
            using var model = ProgressDisplay.Show("reading photos", show =>
            {
                var chosen = options(metrics =>
                {
                    elapsed = metrics.Elapsed;
                    show((double)metrics.Step / metrics.Steps, string.Create(CultureInfo.InvariantCulture,
                        $"{metrics.Step}/{metrics.Steps}{(metrics.Pretraining ? "  pretraining" : "")}  loss {metrics.Loss:0.0000}  " +
                        $"{metrics.ImagesPerSecond:0} images/s{ProgressDisplay.Left(metrics.Remaining)}"), metrics.ToString());
                }, saved.Workspace);
                workspace = chosen.WorkspacePath!;
                IEstimator<ITransformer> load = ml.Transforms.LoadPhotos(ImageColumn, null, nameof(Row.Path));
                if (chosen.MaskColumnName is { } mask)
                {
                    data = ml.Data.LoadFromEnumerable(photos.Select(photo => new MaskedRow { Path = Path.GetFullPath(photo.Path) }));
                    load = load.Append(ml.Transforms.LoadPhotos(mask, null, nameof(MaskedRow.MaskPath)));
                }
                return load.Append(ml.Transforms.DreamSuperResolve(chosen)).Fit(data);
            });
            saved.Save(stream =>
            {
                if (Path.GetExtension(file).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
                    model.LastTransformer.Save(stream, halfPrecision: true);
                else
                    ml.Model.Save(model, data.Schema, stream);
            }, workspace);
            return elapsed;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"Stopped. The same command resumes from '{workspace}'.");
            throw;
        }
    }

    /// <summary>The photos in a folder as a column of images.</summary>
    internal static IDataView Photos(string folder)
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(PhotoFile.Find(folder).Select(photo => new Row { Path = Path.GetFullPath(photo.Path) }));
        return ml.Transforms.LoadPhotos(ImageColumn, null, nameof(Row.Path)).Fit(rows).Transform(rows);
    }

    /// <summary>Pairs as two columns of images: files of the same names in two folders.</summary>
    internal static IDataView Pairs(string images, string targets)
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(PhotoFile.Find(images).Select(image => new PairRow
        {
            Path = Path.GetFullPath(image.Path),
            TargetPath = Path.GetFullPath(Path.Combine(targets, Path.GetFileName(image.Path))),
        }));
        return ml.Transforms.LoadPhotos(ImageColumn, null, nameof(PairRow.Path))
            .Append(ml.Transforms.LoadPhotos(TargetColumn, null, nameof(PairRow.TargetPath))).Fit(rows).Transform(rows);
    }

    /// <summary>Loads a model.</summary>
    /// <param name="model">Which.</param>
    /// <param name="device">Where to upscale: cpu, cuda or cuda:N; <c>null</c> for a GPU when there is one.</param>
    internal static DreamSuperResolutionTransformer Load(PretrainedModel model, string? device = null) =>
        model.Load(Context(device));

    /// <summary>A context of a device: cpu, cuda or cuda:N; <c>null</c> for a GPU when there is one.</summary>
    internal static MLContext Context(string? device) => device is null ? new() : DreamRuntime.Describe(device).Device switch
    {
        "cpu" => new() { GpuDeviceId = -1, FallbackToCpu = true },
        var cuda => new() { GpuDeviceId = int.Parse(cuda.AsSpan("cuda:".Length), CultureInfo.InvariantCulture) },
    };

    sealed class Row
    {
        public required string Path { get; init; }
    }

    // Training makes its own masks.
    sealed class MaskedRow
    {
        public required string Path { get; init; }

        public string MaskPath { get; init; } = "";
    }

    sealed class PairRow
    {
        public required string Path { get; init; }

        public required string TargetPath { get; init; }
    }
}
