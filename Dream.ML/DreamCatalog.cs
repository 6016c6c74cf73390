using Dream.ML;
using Dream.ML.MLNet;
using Dream.ML.MLNet.Interop;

namespace Microsoft.ML;

/// <summary>Adds super-resolution to the transforms of an <see cref="MLContext"/>.</summary>
public static class DreamCatalog
{
    /// <summary>
    /// Creates a <see cref="DreamSuperResolutionEstimator"/>, which learns from photos to enlarge the images of a column.
    /// </summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the upscaled images go to.</param>
    /// <param name="inputColumnName">Name of the image column to read; the output column's name when <c>null</c>.</param>
    /// <param name="scale">Output size over input size, 2 to 8.</param>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadPhotos("Image", "photos", "Path")
    ///     .Append(ml.Transforms.DreamSuperResolve("Upscaled", "Image", scale: 4));
    /// var model = pipeline.Fit(photos);
    /// ml.Model.Save(model, photos.Schema, "dream.zip");
    /// </code>
    /// </example>
    public static DreamSuperResolutionEstimator DreamSuperResolve(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int scale = 4) =>
        catalog.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Scale = scale,
        });

    /// <summary>
    /// Creates a <see cref="DreamSuperResolutionEstimator"/> that learns to restore images without enlarging them: what it spoils
    /// the photos by while fitting, it removes while transforming.
    /// </summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the restored images go to.</param>
    /// <param name="inputColumnName">Name of the image column to read: good photos when fitting, images to restore when transforming.</param>
    /// <param name="damage">
    /// What to undo: <see cref="DegradationSettings.CompressionAndNoise"/>, <see cref="DegradationSettings.Compression"/>,
    /// <see cref="DegradationSettings.Noise"/>, <see cref="DegradationSettings.Blur"/>, or settings of your own.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="damage"/> spoils nothing.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadPhotos("Image", "photos", "Path")
    ///     .Append(ml.Transforms.DreamRestore("Clean", "Image", DegradationSettings.CompressionAndNoise));
    /// </code>
    /// </example>
    public static DreamSuperResolutionEstimator DreamRestore(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, DegradationSettings damage) =>
        catalog.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Scale = 1,
            Degradation = damage,
        });

    /// <summary>
    /// Creates a <see cref="DreamSuperResolutionEstimator"/> that learns to fill what a mask marks, such as scratches, folds, dust
    /// and thin letters; every other pixel stays as it is.
    /// </summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the filled images go to.</param>
    /// <param name="inputColumnName">Name of the image column to read: good photos when fitting, images to fill when transforming.</param>
    /// <param name="maskColumnName">
    /// Name of the image column with masks of the same size: white is what is to be filled, black or transparent what stays. Fitting
    /// needs the column and reads none of it: it draws its own holes (<see cref="DegradationSettings.Holes"/>).
    /// </param>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadPhotos("Image", "photos", "Path")
    ///     .Append(ml.Transforms.LoadPhotos("Mask", "masks", "MaskPath"))
    ///     .Append(ml.Transforms.DreamInpaint("Filled", "Image", "Mask"));
    /// </code>
    /// </example>
    public static DreamSuperResolutionEstimator DreamInpaint(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, string maskColumnName) =>
        catalog.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            MaskColumnName = maskColumnName,
            Scale = 1,
            Degradation = DegradationSettings.Holes,
        });

    /// <summary>Creates a step that fills what a mask marks with a model that is trained already.</summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the filled images go to.</param>
    /// <param name="inputColumnName">Name of the image column to read.</param>
    /// <param name="maskColumnName">Name of the image column with masks of the same size: white is what is to be filled.</param>
    /// <param name="model">A model that <c>DreamInpaint</c> trained: a file (<see cref="PretrainedModel.FromFile"/>), or a transformer.</param>
    /// <param name="sampling">How to fill; as the model says when <c>null</c>.</param>
    /// <inheritdoc cref="DreamSuperResolve(TransformsCatalog, string, string, PretrainedModel, SamplingSettings?)" path="/exception"/>
    /// <exception cref="InvalidOperationException">The model reads no mask.</exception>
    public static IEstimator<DreamSuperResolutionTransformer> DreamInpaint(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        string maskColumnName,
        PretrainedModel model,
        SamplingSettings? sampling = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(maskColumnName);
        return new PretrainedEstimator(MLNetInternals.Environment(catalog), outputColumnName, inputColumnName, maskColumnName, model, sampling);
    }

    /// <summary>Creates a <see cref="DreamSuperResolutionEstimator"/> with all its options.</summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="options">What to train and how; checked at once.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static DreamSuperResolutionEstimator DreamSuperResolve(
        this TransformsCatalog catalog, DreamSuperResolutionEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MLNetInternals.Environment(catalog), options);
    }

    /// <summary>Creates a step that upscales the images of a column with a model that is trained already.</summary>
    /// <remarks>
    /// <format type="text/markdown"><![CDATA[
    /// ###  Estimator Characteristics
    /// |  |  |
    /// | -- | -- |
    /// | Does this estimator need to look at the data to train its parameters? | No |
    /// | Input column data type | Image |
    /// | Output column data type | Image, as many times wider and higher as the model's scale unless a size is given |
    /// | Required NuGet in addition to Microsoft.ML | Dream.ML, and Dream.ML.Models for the ready-made models |
    /// | Exportable to ONNX | No |
    /// ]]></format>
    /// </remarks>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the upscaled images go to.</param>
    /// <param name="inputColumnName">Name of the image column to read.</param>
    /// <param name="model">
    /// A ready-made model such as <c>DreamModels.Photo4xReal</c>, a file (<see cref="PretrainedModel.FromFile"/>), or a transformer.
    /// </param>
    /// <param name="sampling">How to upscale; as the model says when <c>null</c>.</param>
    /// <exception cref="InvalidDataException">The model is damaged; the message names it.</exception>
    /// <exception cref="IOException">The model's file is not there or cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The model cannot be used with these settings; the message names the setting.</exception>
    /// <exception cref="InvalidOperationException">The model needs a mask: use <c>DreamInpaint</c>.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadPhotos("Image", "photos", "Path")
    ///     .Append(ml.Transforms.DreamSuperResolve("Upscaled", "Image", DreamModels.Photo4xReal));
    /// var model = pipeline.Fit(photos);
    /// </code>
    /// </example>
    public static IEstimator<DreamSuperResolutionTransformer> DreamSuperResolve(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, PretrainedModel model, SamplingSettings? sampling = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new PretrainedEstimator(MLNetInternals.Environment(catalog), outputColumnName, inputColumnName, maskColumn: null, model, sampling);
    }

    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the upscaled images go to.</param>
    /// <param name="inputColumnName">Name of the image column to read.</param>
    /// <param name="modelPath">A model file of either kind: a pipeline (.zip) or .safetensors. Use models only from sources you trust.</param>
    /// <param name="sampling">How to upscale; as the model says when <c>null</c>.</param>
    /// <inheritdoc cref="DreamSuperResolve(TransformsCatalog, string, string, PretrainedModel, SamplingSettings?)" path="/summary|/exception|/example"/>
    public static IEstimator<DreamSuperResolutionTransformer> DreamSuperResolve(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, string modelPath, SamplingSettings? sampling = null) =>
        catalog.DreamSuperResolve(outputColumnName, inputColumnName, PretrainedModel.FromFile(modelPath), sampling);

    /// <summary>
    /// Makes images of low resolution from those of a column, to test super-resolution on or to learn it from:
    /// <paramref name="scale"/> times as narrow and low, rounded down. Learns nothing from the data.
    /// </summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the degraded images go to.</param>
    /// <param name="inputColumnName">Name of the column to read; the output column's name when <c>null</c>.</param>
    /// <param name="scale">Input size over output size, 2 to 8, or 1 to spoil images at the size that they have.</param>
    /// <param name="settings">How to degrade; <see cref="DegradationSettings.Bicubic"/> when <c>null</c>.</param>
    /// <param name="seed">Seed of what is random; follows from that of the <c>MLContext</c> when <c>null</c>.</param>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadPhotos("Image", "photos", "Path")
    ///     .Append(ml.Transforms.DegradeImages("Small", "Image", scale: 4, DegradationSettings.Blind, seed: 1));
    /// </code>
    /// </example>
    public static IEstimator<DegradeImagesTransformer> DegradeImages(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int scale = 4,
        DegradationSettings? settings = null,
        int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var host = MLNetInternals.Environment(catalog).Register(nameof(DegradeImages));
        return new StepEstimator<DegradeImagesTransformer>(new(host, outputColumnName, inputColumnName ?? outputColumnName, scale,
            settings ?? DegradationSettings.Bicubic, seed ?? host.Rand.Next()));
    }

    /// <summary>
    /// Reads image files as they are meant to be seen: turned upright by their EXIF data and in sRGB, of animations the first
    /// frame. Files of which a part is missing are errors that name them. Everything else is as with ML.NET's <c>LoadImages</c>,
    /// which does none of this. Learns nothing from the data.
    /// </summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the images go to.</param>
    /// <param name="imageFolder">The folder that paths start from; <c>null</c> or empty for the current one.</param>
    /// <param name="inputColumnName">Name of the text column of paths; the output column's name when <c>null</c>.</param>
    /// <param name="limits">How large a file may be; the defaults when <c>null</c>.</param>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadPhotos("Image", "photos", "Path")
    ///     .Append(ml.Transforms.DreamSuperResolve("Upscaled", "Image", scale: 4));
    /// </code>
    /// </example>
    public static IEstimator<LoadPhotosTransformer> LoadPhotos(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? imageFolder,
        string? inputColumnName = null,
        ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new StepEstimator<LoadPhotosTransformer>(new(
            MLNetInternals.Environment(catalog), outputColumnName, imageFolder, inputColumnName ?? outputColumnName, limits ?? new()));
    }

    /// <summary>Measures how good upscaled images are: reads all rows, one at a time.</summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="data">The rows. One in which an image is missing is skipped and counted.</param>
    /// <param name="referenceColumnName">The column of true images.</param>
    /// <param name="upscaledColumnName">The column of images to judge, of the same sizes.</param>
    /// <param name="options">What else to measure, and under which convention; the paper's when <c>null</c>.</param>
    /// <param name="cancellation">Stops between two rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or holds no images.</exception>
    /// <exception cref="ArgumentException">The feature network does not fit its columns.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row has all images; or an image cannot be read, is of another size than its reference or too small for a measure
    /// (SSIM needs 11×11 pixels after cropping, LPIPS 32×32): the message names its row.
    /// </exception>
    /// <example>
    /// For photos whose sides are multiples of the scale (what is beyond, <c>DegradeImages</c> cuts off):
    /// <code>
    /// var pipeline = ml.Transforms.LoadPhotos("Photo", "photos", "Path")
    ///     .Append(ml.Transforms.DegradeImages("Image", "Photo", scale: 4));
    /// var data = dream.Transform(pipeline.Fit(files).Transform(files));
    /// var metrics = ml.Transforms.EvaluateSuperResolution(data, "Photo", "Upscaled",
    ///     new() { Convention = MetricConvention.Benchmark(scale: 4), LowResolutionColumnName = "Image" });
    /// Console.WriteLine(metrics);
    /// </code>
    /// </example>
    public static SuperResolutionMetrics EvaluateSuperResolution(
        this TransformsCatalog catalog,
        IDataView data,
        string referenceColumnName,
        string upscaledColumnName,
        SuperResolutionEvaluationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return SuperResolutionEvaluator.Evaluate(
            MLNetInternals.Environment(catalog), data, referenceColumnName, upscaledColumnName, options ?? new(), cancellation);
    }
}
