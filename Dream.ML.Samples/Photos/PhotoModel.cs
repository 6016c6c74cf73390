using Dream.ML.Samples.Reporting;
using Dream.ML.SuperResolution;
using Dream.ML.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Dream.ML.Samples.Photos;

/// <summary>Models trained on photos: a plain ML.NET pipeline, saved and loaded by ML.NET.</summary>
static class PhotoModel
{
    /// <summary>Trains on all photos in a folder and saves the pipeline.</summary>
    /// <returns>How long training took.</returns>
    internal static TimeSpan Train(
        string folder,
        string file,
        int seed,
        Func<Action<DreamTrainingMetrics>, DreamSuperResolutionEstimator.Options> options)
    {
        if (Directory.Exists(file))
            throw new IOException($"'{file}' is a folder; name a file for the model, such as model.zip.");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var photos = Readable(folder);

        var ml = new MLContext(seed);
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                Failure.Warn(message.RawMessage);
        };
        var data = ml.Data.LoadFromEnumerable(
            photos.Select(photo => new Row { Path = Path.GetRelativePath(folder, photo.Path) }));
        var elapsed = TimeSpan.Zero;
        using var model = TrainingProgress.Show(report => ml.Transforms.LoadImages("Image", folder, nameof(Row.Path))
            .Append(ml.Transforms.DreamSuperResolve(options(metrics =>
            {
                elapsed = metrics.Elapsed;
                report(metrics);
            })))
            .Fit(data));
        ml.Model.Save(model, data.Schema, file);
        return elapsed;
    }

    /// <summary>Loads a saved pipeline and picks the step that upscales.</summary>
    internal static DreamSuperResolutionTransformer Load(string file)
    {
        var model = Read(file);
        return (model as IEnumerable<ITransformer> ?? [model]).OfType<DreamSuperResolutionTransformer>().LastOrDefault()
            ?? throw new InvalidDataException($"'{file}' is an ML.NET model, but not one that upscales images.");
    }

    static ITransformer Read(string file)
    {
        try
        {
            return new MLContext().Model.Load(file, out _);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"'{file}' is not a model that ML.NET can load.", e);
        }
    }

    // ML.NET opens images while it trains, and one broken file would end all of it.
    static IReadOnlyList<PhotoFile> Readable(string folder)
    {
        List<PhotoFile> readable = [];
        PhotoFile.ForEach(PhotoFile.Find(folder), photo =>
        {
            photo.Open().Dispose();
            readable.Add(photo);
        });
        return readable.Count > 0 ? readable : throw new InvalidDataException($"No photo in '{folder}' can be read.");
    }

    sealed class Row
    {
        public required string Path { get; init; }
    }
}
