using Dream.ML.Imaging.Files;
using Dream.ML.MLNet;
using Microsoft.ML.Data;

namespace Dream.ML.Extensions.DependencyInjection;

sealed class DreamUpscaler(ModelStartup startup, UpscaleQueue queue, DreamSuperResolutionServiceOptions options) : IDreamUpscaler
{
    const string InputName = "input";

    public async Task<MLImage> UpscaleAsync(MLImage image, UpscaleSettings? settings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var model = Choose(settings ?? new());
        try
        {
            return await queue.RunAsync(bytes: 0, () => model.SizeProblem(image.Width, image.Height) is { } problem
                ? throw new UpscaleException(UpscaleFailure.TooLarge, $"{problem.Cause} {problem.Cure}")
                : model.Upscale(image, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (OutOfMemoryException e)
        {
            throw new UpscaleException(UpscaleFailure.TooLarge, e.Message, e);
        }
    }

    public Task<UpscaledFile> UpscaleAsync(Stream input, UpscaleSettings? settings, CancellationToken cancellation) =>
        UpscaleAsync(input, settings ?? new(), progress: null, cancellation);

    public Task<UpscaledFile> UpscaleAsync(
        Stream input, IProgress<double> progress, UpscaleSettings? settings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return UpscaleAsync(input, settings ?? new(), progress, cancellation);
    }

    async Task<UpscaledFile> UpscaleAsync(
        Stream input, UpscaleSettings settings, IProgress<double>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        settings.ThrowIfNotWritable();
        using var model = Choose(settings);
        var upscaler = new ImageFileUpscaler(model, settings.ChosenFormat, settings.ChosenQuality, options.Limits);
        try
        {
            byte[] file;
            using (var upload = queue.StartUpload())
                file = await ImageFileReader.ReadBytesAsync(input, InputName, options.Limits, upload.Hold, cancellation)
                    .ConfigureAwait(false);
            var (content, notes) = await queue.RunAsync(
                file.Length, () => upscaler.Upscale(file, InputName, cancellation, progress), cancellation).ConfigureAwait(false);
            return new() { Content = content, ContentType = ImageFileWriter.MediaType(settings.ChosenFormat), Notes = notes };
        }
        catch (ImageFileException e)
        {
            throw UpscaleException.From(e);
        }
        catch (OutOfMemoryException e)
        {
            throw new UpscaleException(UpscaleFailure.TooLarge, e.Message, e);
        }
    }

    /// <summary>The model as one call wants it.</summary>
    /// <exception cref="UpscaleException">A setting is out of its range, or there is no model.</exception>
    DreamSuperResolutionTransformer Choose(UpscaleSettings settings)
    {
        var model = startup.Model;
        try
        {
            return model.WithSampling(settings.ApplyTo(model.Sampling) with { MaxOutputPixels = options.MaxOutputPixels });
        }
        catch (ArgumentException e)
        {
            throw new UpscaleException(UpscaleFailure.InvalidSettings, e.Message, e);
        }
    }
}
