using System.Numerics;
using System.Security.Cryptography;
using Dream.ML;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;
using Dream.ML.Inference;
using Dream.ML.IO;
using Dream.ML.MLNet;
using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static Dream.ML.Core.Guard;

[assembly: LoadableClass(
    typeof(DreamSuperResolutionTransformer), typeof(DreamSuperResolutionTransformer), null, typeof(SignatureLoadModel),
    "DREAM super-resolution", DreamSuperResolutionTransformer.LoaderSignature)]

namespace Dream.ML;

/// <summary>
/// Upscales a column of images with a trained diffusion network. Made by fitting the estimator of
/// <c>mlContext.Transforms.DreamSuperResolve</c>, or by loading a saved model.
/// </summary>
/// <remarks>
/// <para>Images are enlarged <see cref="Scale"/> times, or to the size that <see cref="Sampling"/> names, in a column of
/// declared size where the size is known; a row without an image gives none. An image gives the same result in a data view,
/// in a prediction engine and in <see cref="Upscale(MLImage, CancellationToken)"/>.</para>
/// <para>Safe to share between threads. Images read from a data view or a prediction engine live, as always in ML.NET,
/// until the next row is read with the same reader: where they must live longer, as in a web application, use
/// <see cref="Upscale(MLImage, CancellationToken)"/>, whose results belong to the caller.</para>
/// </remarks>
public sealed class DreamSuperResolutionTransformer : ITransformer, IImageStep, IDisposable
{
    internal const string LoaderSignature = "DreamSuperResolve";
    const string ModelStream = "Model";
    // Files have a number here that older versions needed.
    const int OnceBatchSize = 1;
    const string OutputKey = "ml.output_column";
    const string InputKey = "ml.input_column";
    const string MaskKey = "ml.mask_column";

    static readonly SavedStep Saved = new("DREAMSR1", LoaderSignature);

    readonly IHost _host;
    readonly SuperResolutionSchema _schema;
    readonly IImageUpscaler _model;
    volatile bool _disposed;

    internal DreamSuperResolutionTransformer(
        IHostEnvironment environment, string outputColumn, string inputColumn, IImageUpscaler model, string? maskColumn = null)
        : this(environment.Register(nameof(DreamSuperResolutionTransformer)),
            new SuperResolutionSchema(outputColumn, inputColumn, model.Description.Scale) { MaskColumnName = maskColumn }, model)
    {
        model.Description.RequireMask(maskColumn is not null);
        ArgumentException.ThrowIfNullOrEmpty(outputColumn);
        ArgumentException.ThrowIfNullOrEmpty(inputColumn);
        ImageTypes.Register();
    }

    DreamSuperResolutionTransformer(IHost host, SuperResolutionSchema schema, IImageUpscaler model) =>
        (_host, _schema, _model) = (host, schema with { Model = model.Description }, model);

    /// <summary>How many times wider and higher the network makes images.</summary>
    public int Scale => _schema.Scale;

    /// <summary>The largest factor that the model enlarges by; beyond it, results are interpolated.</summary>
    public int MaxScale => _model.Description.Network.IsContinuous ? ImplicitSettings.MaxScale : Scale;

    /// <summary>How images are upscaled.</summary>
    /// <seealso cref="WithSampling"/>
    public SamplingSettings Sampling => _model.Description.Sampling;

    /// <summary>The column of images to upscale.</summary>
    public string InputColumnName => _schema.InputColumnName;

    /// <summary>The column of masks, white where an image is to be filled; <c>null</c> where the model reads none.</summary>
    public string? MaskColumnName => _schema.MaskColumnName;

    /// <summary>The column that holds the upscaled images.</summary>
    public string OutputColumnName => _schema.OutputColumnName;

    internal ModelDescription Description => _model.Description;

    StepSchema IImageStep.Schema => _schema;

    bool IImageStep.UsesAllCores => true;

    /// <summary>
    /// Reads a model file of either kind: a pipeline that <c>mlContext.Model.Save</c> wrote, with this step in it or alone, or
    /// what <see cref="Save(Stream)"/> wrote. Load models only from sources you trust: a pipeline names the code that reads it.
    /// </summary>
    /// <param name="context">The context to run in; its <c>GpuDeviceId</c> and <c>FallbackToCpu</c> choose the device.</param>
    /// <param name="path">The file.</param>
    /// <returns>The super-resolution step, the caller's to dispose; other steps of a pipeline are left out.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or does not hold exactly one such step; the message names it.
    /// </exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static DreamSuperResolutionTransformer Load(MLContext context, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelFile.Load(context, path);
    }

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote. Load models only from sources you trust.</summary>
    /// <param name="context">The context to run in; its <c>GpuDeviceId</c> and <c>FallbackToCpu</c> choose the device.</param>
    /// <param name="stream">The stream to read, to its end; it is left open.</param>
    /// <exception cref="InvalidDataException">The stream holds something else, ends too early or is damaged.</exception>
    public static DreamSuperResolutionTransformer Load(MLContext context, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return Read(context, stream);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"The stream holds no {nameof(DreamSuperResolutionTransformer)}. {e.Message} " +
                "It must be complete and written by the transformer's own Save; " +
                "what mlContext.Model.Save wrote, mlContext.Model.Load reads.", e);
        }
    }

    /// <summary>Reads a model with the columns that its file tells, which <paramref name="told"/> must agree with.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or tells no columns.</exception>
    internal static DreamSuperResolutionTransformer Read(
        IHostEnvironment environment, Stream stream, IReadOnlyDictionary<string, string>? told = null)
    {
        var (model, metadata) = SuperResolutionModel.Load(stream, HostDevice.Choose(environment));
        try
        {
            // Models in pipelines of older versions tell no columns themselves.
            var columns = told ?? metadata;
            if (columns.Any(column => metadata.GetValueOrDefault(column.Key, column.Value) != column.Value))
                throw new InvalidDataException("It is damaged: pipeline and model tell different columns.");
            var mask = metadata.GetValueOrDefault(MaskKey);
            if (mask is null == model.Description.ReadsMask)
                throw new InvalidDataException("It is damaged: network and columns differ in whether there is a mask.");
            return columns.TryGetValue(OutputKey, out var output) && output.Length > 0
                && columns.TryGetValue(InputKey, out var input) && input.Length > 0
                ? new(environment, output, input, model, mask)
                : throw new InvalidDataException("It holds a network, but not the names of the columns.");
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What a model file tells of a step beside the model.</summary>
    static Dictionary<string, string> Columns(string output, string input) => new()
    {
        [OutputKey] = output,
        [InputKey] = input,
    };

    /// <summary>
    /// Writes this step alone, as a safetensors file that needs no ML.NET to be read. To keep a whole pipeline use
    /// <c>mlContext.Model.Save</c>.
    /// </summary>
    /// <param name="stream">The stream to write; it is left open.</param>
    /// <exception cref="InvalidOperationException">A weight is not a finite number; nothing was written.</exception>
    public void Save(Stream stream) => Save(stream, halfPrecision: false);

    /// <summary>The same with weights of half the size and precision, which are read like any others.</summary>
    internal void Save(Stream stream, bool halfPrecision)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ThrowIfDisposed();
        var columns = Columns(OutputColumnName, InputColumnName);
        if (MaskColumnName is { } mask)
            columns[MaskKey] = mask;
        _model.Save(stream, columns, halfPrecision);
    }

    /// <summary>
    /// Writes network and sampler as one ONNX file (operator set 18), for ONNX Runtime wherever it runs. Steps, sampler,
    /// <see cref="SamplingSettings.EpsilonScaling"/> and detail are those of <see cref="Sampling"/>, for good.
    /// </summary>
    /// <remarks>
    /// <para>Inputs: <c>image</c>, floats from 0 to 1, (batch, 3, height, width), red first, of any height and width; and with
    /// one step or more <c>noise</c>, standard normal, of the shape that the file declares: (batch, 3·scale², height, width)
    /// with Compact. Output: <c>upscaled</c>, floats from 0 to 1, (batch, 3, scale·height, scale·width).</para>
    /// <para>The graph is the network and its sampler alone. <see cref="Upscale(MLImage, CancellationToken)"/> also divides
    /// large images into tiles, makes the noise from <see cref="SamplingSettings.Seed"/>, corrects colors
    /// (<see cref="SamplingSettings.ColorFidelity"/>), keeps flat and gray areas, enlarges opacity and resizes the result to
    /// another size: none of these is in the file. SR3's tiles of 64 pixels are an approximation: of larger images its graph,
    /// which sees them whole, makes something else, and its memory grows with the square of their area.</para>
    /// <para>The metadata has the keys <c>name</c>, <c>scale</c>, <c>license</c> and <c>settings</c> (JSON).</para>
    /// </remarks>
    /// <param name="stream">The stream to write; it is left open.</param>
    /// <param name="options">What the file says of itself; the defaults when <c>null</c>.</param>
    /// <exception cref="InvalidOperationException">
    /// The model reads a mask, a weight is not a finite number, the sampler draws noise between its steps, or the file would exceed 2 GB; nothing was
    /// written.
    /// </exception>
    public void SaveAsOnnx(Stream stream, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ThrowIfDisposed();
        _model.SaveAsOnnx(stream, options ?? new());
    }

    /// <summary>Writes an ONNX file as <see cref="SaveAsOnnx(Stream, OnnxExportOptions?)"/> does.</summary>
    /// <param name="path">The file, which appears when it is complete; one that exists is replaced.</param>
    /// <param name="options">What the file says of itself; the defaults when <c>null</c>.</param>
    /// <inheritdoc cref="SaveAsOnnx(Stream, OnnxExportOptions?)" path="/exception"/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveAsOnnx(string path, OnnxExportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(Path.GetFullPath(path), "onnx", stream => SaveAsOnnx(stream, options));
    }

    // Columns go to the main stream, which ML.NET wants read to the last byte; the model to its own.
    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ThrowIfDisposed();
        Saved.Write(ctx, OutputColumnName, InputColumnName, () =>
        {
            ctx.Writer.Write(OnceBatchSize);
            ctx.SaveBinaryStream(ModelStream, writer => Save(writer.BaseStream));
        });
    }

    // ML.NET finds this by its name and signature.
    static DreamSuperResolutionTransformer Create(IHostEnvironment environment, ModelLoadContext context) =>
        Saved.Read(context, (output, input) =>
        {
            _ = context.Reader.ReadInt32();
            DreamSuperResolutionTransformer? step = null;
            context.TryLoadBinaryStream(
                ModelStream, reader => step = Read(environment, reader.BaseStream, Columns(output, input)));
            return step ?? throw new InvalidDataException(
                "The ML.NET model file lacks the network of its DreamSuperResolve step. " +
                "The file is damaged: save the pipeline again.");
        });

    /// <summary>The same network as a step of other columns.</summary>
    internal DreamSuperResolutionTransformer With(
        IHostEnvironment environment, string outputColumn, string inputColumn, string? maskColumn, SamplingSettings sampling)
    {
        ThrowIfDisposed();
        return new(environment, outputColumn, inputColumn, _model.With(sampling), maskColumn);
    }

    /// <summary>The same trained network, used in another way: other steps, another seed, another limit.</summary>
    /// <param name="sampling">The settings, usually <c>model.Sampling with { … }</c>.</param>
    /// <returns>A transformer of its own, which shares the weights. Dispose both, in any order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range; the message names it.</exception>
    public DreamSuperResolutionTransformer WithSampling(SamplingSettings sampling)
    {
        ArgumentNullException.ThrowIfNull(sampling);
        ThrowIfDisposed();
        return new(_host, _schema, _model.With(sampling));
    }

    /// <summary>
    /// How an image of that size is divided into tiles to keep within <see cref="SamplingSettings.MemoryBudgetMB"/>.
    /// </summary>
    /// <param name="width">Width of the image to upscale, at least 1.</param>
    /// <param name="height">Height of the image to upscale, at least 1.</param>
    /// <returns>The plan, or <c>null</c> with SR3, whose tiles are always the same.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    /// <exception cref="InvalidOperationException">The result would be larger than the settings allow.</exception>
    public TilingPlan? PlanTiles(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ThrowIfDisposed();
        return _model.Plan(width, height);
    }

    /// <summary>Upscales one image.</summary>
    /// <param name="image">The image; it stays the caller's and is not changed.</param>
    /// <param name="cancellation">Stops the work, also in the middle of the image.</param>
    /// <returns>A new image that the caller disposes. The tag is that of <paramref name="image"/>.</returns>
    /// <exception cref="InvalidOperationException">
    /// The result would have more than <see cref="SamplingSettings.MaxOutputPixels"/>.
    /// </exception>
    public MLImage Upscale(MLImage image, CancellationToken cancellation = default) => Upscale([image], cancellation)[0];

    /// <summary>Upscales one image and reports progress.</summary>
    /// <param name="image">The image; it stays the caller's and is not changed.</param>
    /// <param name="progress">Receives the share that is done, in [0, 1], after every row of tiles.</param>
    /// <param name="cancellation">Stops the work, also in the middle of the image.</param>
    /// <inheritdoc cref="Upscale(MLImage, CancellationToken)" path="/returns|/exception"/>
    public MLImage Upscale(MLImage image, IProgress<double> progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(progress);
        var cell = ImageCell.Read(image);
        return (cell with { Pixels = Upscale(cell.Pixels, cancellation, progress) }).ToMLImage();
    }

    /// <summary>Upscales one image to a size of your choice: by the network, then by antialiased resizing.</summary>
    /// <param name="image">The image; it stays the caller's and is not changed.</param>
    /// <param name="width">Width of the result, at least 1.</param>
    /// <param name="height">Height of the result, at least 1.</param>
    /// <param name="cancellation">Stops the work, also in the middle of the image.</param>
    /// <returns>A new image that the caller disposes. The tag is that of <paramref name="image"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive.</exception>
    /// <exception cref="InvalidOperationException">
    /// The result, or the network's before it is resized, would have more than
    /// <see cref="SamplingSettings.MaxOutputPixels"/>.
    /// </exception>
    public MLImage Upscale(MLImage image, int width, int height, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        using var sized = WithSampling(Sampling with { OutputScale = null, TargetWidth = width, TargetHeight = height });
        return sized.Upscale(image, cancellation);
    }

    /// <summary>Upscales images of any sizes, one after another.</summary>
    /// <param name="images">The images; they stay the caller's and are not changed.</param>
    /// <param name="cancellation">Stops the work, also in the middle of an image.</param>
    /// <returns>New images in the same order, with the same tags, that the caller disposes.</returns>
    public IReadOnlyList<MLImage> Upscale(IReadOnlyList<MLImage> images, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ThrowIfDisposed();
        foreach (var image in images)
            ArgumentNullException.ThrowIfNull(image, nameof(images));

        // No result is made into an image before all are there: a failure half-way leaves nothing to dispose.
        var results = images.Select(ImageCell.Read).Select(cell => cell with { Pixels = Upscale(cell.Pixels, cancellation) }).ToList();
        return results.ConvertAll(cell => cell.ToMLImage());
    }

    /// <summary>Fills what a mask marks; every other pixel stays as it is. For models of <c>DreamInpaint</c>.</summary>
    /// <param name="image">The image; it stays the caller's and is not changed.</param>
    /// <param name="mask">A picture of the same size: white is what is to be filled, black or transparent what stays.</param>
    /// <param name="cancellation">Stops the work, also in the middle of the image.</param>
    /// <returns>A new image that the caller disposes. The tag is that of <paramref name="image"/>.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or the mask is all white.</exception>
    /// <exception cref="InvalidOperationException">The model reads no mask, or the image is too large.</exception>
    public MLImage Inpaint(MLImage image, MLImage mask, CancellationToken cancellation = default)
    {
        var (cell, holes) = (ImageCell.Read(image), MLImagePixels.Read(mask));
        return (cell with { Pixels = Upscale(HoleMask.Cut(cell.Pixels, holes), cancellation) }).ToMLImage();
    }

    /// <summary>
    /// Fills what a mask marks in an image file, and writes a new one as <see cref="Upscale(string, string, int, ImageLimits?,
    /// CancellationToken)"/> does. As a PNG all other pixels are as they were; JPEG and WebP change them a little.
    /// </summary>
    /// <param name="inputPath">The file to read.</param>
    /// <param name="maskPath">A picture of the same size: white is what is to be filled, black or transparent what stays.</param>
    /// <param name="outputPath">The file to write, by its extension a PNG, JPEG or WebP; one that exists is replaced.</param>
    /// <param name="quality">Quality of JPEG and WebP results: 1 to 100, 90 by default.</param>
    /// <param name="limits">How large image and mask may be; the defaults when <c>null</c>.</param>
    /// <param name="cancellation">Stops the work, also in the middle of the image.</param>
    /// <inheritdoc cref="Upscale(string, string, int, ImageLimits?, CancellationToken)" path="/returns|/exception"/>
    /// <exception cref="InvalidOperationException">The model reads no mask.</exception>
    public IReadOnlyList<string> Inpaint(
        string inputPath, string maskPath, string outputPath, int quality = 90, ImageLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(maskPath);
        return FileUpscaler(inputPath, outputPath, quality, limits, maskPath).Upscale(inputPath, outputPath, cancellation);
    }

    /// <summary>
    /// Upscales an image file (PNG, JPEG, WebP, GIF or BMP) into a new one: turned upright, in sRGB, with the EXIF, XMP and
    /// IPTC data and the resolution of the old.
    /// </summary>
    /// <param name="inputPath">The file to read.</param>
    /// <param name="outputPath">
    /// The file to write, by its extension a PNG, JPEG or WebP. It appears when it is complete; one that exists is replaced.
    /// </param>
    /// <param name="quality">Quality of JPEG and WebP results: 1 to 100, 90 by default.</param>
    /// <param name="limits">How large the input may be; the defaults when <c>null</c>.</param>
    /// <param name="cancellation">Stops the work, also in the middle of the image.</param>
    /// <returns>What was lost or changed on the way, such as a conversion of colors; empty where nothing was.</returns>
    /// <exception cref="ArgumentException">The output's extension names no format that can be written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The quality is out of range.</exception>
    /// <exception cref="ImageFileException">The input is no whole image, or it or its result is too large.</exception>
    /// <exception cref="IOException">A file cannot be read or written, or the output is the input.</exception>
    public IReadOnlyList<string> Upscale(
        string inputPath, string outputPath, int quality = 90, ImageLimits? limits = null, CancellationToken cancellation = default) =>
        FileUpscaler(inputPath, outputPath, quality, limits).Upscale(inputPath, outputPath, cancellation);

    /// <summary>
    /// Upscales an encoded image (PNG, JPEG, WebP, GIF or BMP) as <see cref="Upscale(string, string, int, ImageLimits?,
    /// CancellationToken)"/> does.
    /// </summary>
    /// <param name="input">The image, read to the end; the stream is left open.</param>
    /// <param name="output">Receives the result; untouched unless there is one. The stream is left open.</param>
    /// <param name="format">The format to write.</param>
    /// <param name="quality">Quality of JPEG and WebP results: 1 to 100, 90 by default.</param>
    /// <param name="limits">How large the input may be; the defaults when <c>null</c>.</param>
    /// <param name="cancellation">Stops the work, also in the middle of the image.</param>
    /// <returns>What was lost or changed on the way, such as a conversion of colors; empty where nothing was.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The quality is out of range.</exception>
    /// <exception cref="ImageFileException">The input is no whole image, or it or its result is too large.</exception>
    public IReadOnlyList<string> Upscale(
        Stream input,
        Stream output,
        ImageFileFormat format = ImageFileFormat.Png,
        int quality = 90,
        ImageLimits? limits = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var upscaler = FileUpscaler(format, quality, limits);
        var (file, notes) = upscaler.Upscale(ImageFileReader.ReadBytes(input, "stream", limits ?? new()), "stream", cancellation);
        output.Write(file);
        return notes;
    }

    ImageFileUpscaler FileUpscaler(string inputPath, string outputPath, int quality, ImageLimits? limits, string? maskPath = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(inputPath);
        ArgumentException.ThrowIfNullOrEmpty(outputPath);
        var format = ImageFileWriter.FormatOf(outputPath)
            ?? throw new ArgumentException($"'{outputPath}' must end in .png, .jpg or .webp: that is what can be written.", nameof(outputPath));
        return FileUpscaler(format, quality, limits, maskPath);
    }

    ImageFileUpscaler FileUpscaler(ImageFileFormat format, int quality, ImageLimits? limits, string? maskPath = null)
    {
        ThrowIfDisposed();
        return new(this, format, InRange(quality, 1, 100, nameof(quality)), limits ?? new(), maskPath);
    }

    /// <summary>Upscales one image that came from elsewhere than ML.NET.</summary>
    internal RgbImage<T> Upscale<T>(RgbImage<T> image, CancellationToken cancellation, IProgress<double>? progress = null)
        where T : unmanaged, IBinaryInteger<T>
    {
        ThrowIfDisposed();
        using var stop = new HostCancellation(_host, cancellation);
        return stop.Run(token => _model.Upscale(image, progress, token));
    }

    internal (long Width, long Height) OutputSize(int width, int height) => _model.Description.OutputSize(width, height);

    /// <inheritdoc cref="ModelDescription.SizeProblem"/>
    internal (string Cause, string Cure)? SizeProblem(int width, int height) => _model.Description.SizeProblem(width, height);

    /// <summary>SHA-256 of the network and its settings: models that give the same results share it.</summary>
    internal byte[] Fingerprint()
    {
        ThrowIfDisposed();
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            _model.Save(stream, new Dictionary<string, string>());
        return hash.Hash!;
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ThrowIfDisposed();
        return _schema.Extend(inputSchema);
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ImageStepDataView(input, this);
    }

    /// <summary>
    /// Frees the network once no other transformer and no image at work needs it: those at work come to their end, those that
    /// wait fail. Prediction engines dispose their transformer, unless they are created with
    /// <c>new PredictionEngineOptions { OwnsTransformer = false }</c>.
    /// </summary>
    public void Dispose()
    {
        _disposed = true;
        _model.Dispose();
    }

    void IImageStep.ThrowIfDisposed() => ThrowIfDisposed();

    Func<ImageCell?> IImageStep.Maker(DataViewRow row)
    {
        var columns = _schema.InputColumns(row.Schema);
        var readMask = columns is [_, var column] ? ImageCell.Reader(row, column) : null;
        return ImageCell.Reader(row, columns[0], image => Upscale(readMask is null ? image : HoleMask.Cut(image, Mask()), CancellationToken.None));

        RgbImage Mask() => readMask()?.Pixels ?? throw new InvalidOperationException(
            $"There is no mask in column '{MaskColumnName}'. Give a black one where nothing is to be filled.");
    }

    void ThrowIfDisposed() => DisposedModel.ThrowIf(_disposed);
}
