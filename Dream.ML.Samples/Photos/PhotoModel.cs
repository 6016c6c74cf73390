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
        var photos = PhotoFile.Find(folder);

        var ml = new MLContext(seed);
        ml.Log += (_, message) =>
        {
            if (message.Kind == ChannelMessageKind.Warning)
                Failure.Warn(message.RawMessage);
        };
        var data = ml.Data.LoadFromEnumerable(
            photos.Select(photo => new Row { Path = Path.GetRelativePath(folder, photo.Path) }));
        var elapsed = TimeSpan.Zero;
        using var model = TrainingProgress.Show(report => ml.Transforms.LoadPhotos("Image", folder, nameof(Row.Path))
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

    sealed class Row
    {
        public required string Path { get; init; }
    }
}
