using System.Globalization;
using Dream.ML.Imaging.Files;
using Dream.ML.Runtime;
using Dream.ML.Samples.Reporting;
using Dream.ML.SuperResolution;
using Dream.ML.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Dream.ML.Samples.Photos;

/// <summary>Models trained on photos: a plain ML.NET pipeline, saved and loaded by ML.NET.</summary>
static class PhotoModel
{
    internal const string ImageColumn = "Image";
    internal const string TargetColumn = "Target";

    /// <summary>Trains on all photos in some folders and saves the pipeline.</summary>
    /// <returns>How long training took.</returns>
    internal static TimeSpan Train(
        IEnumerable<string> folders,
        string file,
        int seed,
        Func<Action<DreamTrainingMetrics>, DreamSuperResolutionEstimator.Options> options)
    {
        if (Directory.Exists(file))
            throw new IOException($"'{file}' is a folder; name a file for the model, such as model.zip.");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        PhotoFile[] photos = [.. folders.SelectMany(folder => PhotoFile.Find(folder))];
        RegularFile.ThrowIfNotReplaceable(file, PhotoFile.Identities(photos));

        var ml = new MLContext(seed);
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                Failure.Warn(message.RawMessage);
        };
        var data = ml.Data.LoadFromEnumerable(
            photos.Select(photo => new Row { Path = Path.GetFullPath(photo.Path) }));
        var elapsed = TimeSpan.Zero;
        using var model = Reporting.TrainingProgress.Show(report => ml.Transforms.LoadImages(ImageColumn, null, nameof(Row.Path))
            .Append(ml.Transforms.DreamSuperResolve(options(metrics =>
            {
                elapsed = metrics.Elapsed;
                report(metrics);
            })))
            .Fit(data));
        ml.Model.Save(model, data.Schema, file);
        return elapsed;
    }

    /// <summary>The photos in a folder as a column of images.</summary>
    internal static IDataView Photos(string folder)
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(PhotoFile.Find(folder).Select(photo => new Row { Path = Path.GetFullPath(photo.Path) }));
        return ml.Transforms.LoadImages(ImageColumn, null, nameof(Row.Path)).Fit(rows).Transform(rows);
    }

    /// <summary>Real pairs as two columns of images: files of the same names in LR and HR below a folder.</summary>
    internal static IDataView Pairs(string folder)
    {
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(PhotoFile.Find(Path.Combine(folder, "LR")).Select(low => new PairRow
        {
            Path = Path.GetFullPath(low.Path),
            TargetPath = Path.GetFullPath(Path.Combine(folder, "HR", Path.GetFileName(low.Path))),
        }));
        return ml.Transforms.LoadImages(ImageColumn, null, nameof(PairRow.Path))
            .Append(ml.Transforms.LoadImages(TargetColumn, null, nameof(PairRow.TargetPath))).Fit(rows).Transform(rows);
    }

    /// <summary>Loads a model file of either kind.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="device">Where to upscale: cpu, cuda or cuda:N; <c>null</c> for a GPU when there is one.</param>
    internal static DreamSuperResolutionTransformer Load(string file, string? device = null)
    {
        RegularFile.ThrowIfOther(file);
        return DreamSuperResolutionTransformer.Load(device is null ? new() : Context(DreamRuntime.Describe(device).Device), file);
    }

    // The device has its full name: cpu or cuda:N.
    static MLContext Context(string device) => device == "cpu"
        ? new() { GpuDeviceId = -1, FallbackToCpu = true }
        : new() { GpuDeviceId = int.Parse(device.AsSpan("cuda:".Length), CultureInfo.InvariantCulture) };


    sealed class Row
    {
        public required string Path { get; init; }
    }

    sealed class PairRow
    {
        public required string Path { get; init; }

        public required string TargetPath { get; init; }
    }
}
