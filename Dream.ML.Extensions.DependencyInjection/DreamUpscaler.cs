using Dream.ML.Imaging.Files;
using Dream.ML.MLNet.DataView;
using Microsoft.ML.Data;

namespace Dream.ML.Extensions.DependencyInjection;

sealed class DreamUpscaler(ModelStartup startup, UpscaleQueue queue, DreamSuperResolutionServiceOptions options) : IDreamUpscaler
{
    const string InputName = "input";

    public async Task<MLImage> UpscaleAsync(MLImage image, UpscaleSettings? settings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (model, sampling) = Choose(settings ?? new());
        var cell = await queue.RunAsync(
            bytes: 0, () => Upscale(model, ImageCell.Read(image), sampling, cancellation), cancellation).ConfigureAwait(false);
        return cell.ToMLImage();
    }

    public async Task<UpscaledFile> UpscaleAsync(Stream input, UpscaleSettings? settings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        settings ??= new();
        settings.ThrowIfNotWritable();
        var (model, sampling) = Choose(settings);
        try
        {
            byte[] file;
            using (var upload = queue.StartUpload())
                file = await ImageFileReader.ReadBytesAsync(input, InputName, options.Limits, upload.Hold, cancellation)
                    .ConfigureAwait(false);
            return await queue.RunAsync(
                file.Length, () => Upscale(model, file, sampling, settings, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (ImageFileException e)
        {
            throw UpscaleException.From(e);
        }
    }

    (DreamSuperResolutionTransformer Model, SamplingSettings Sampling) Choose(UpscaleSettings settings)
    {
        var model = startup.Model;
        var sampling = settings.ApplyTo(model.Sampling) with { MaxOutputPixels = options.MaxOutputPixels };
        try
        {
            model.Validate(sampling);
            return (model, sampling);
        }
        catch (ArgumentException e)
        {
            throw new UpscaleException(UpscaleFailure.InvalidSettings, e.Message, e);
        }
    }

    UpscaledFile Upscale(
        DreamSuperResolutionTransformer model, byte[] file, SamplingSettings sampling, UpscaleSettings settings, CancellationToken cancellation)
    {
        // The network's own result comes first, whatever it is resized to: what that cannot hold is not decoded.
        var most = Math.Max(1, sampling.MaxOutputPixels / model.Scale / model.Scale);
        var limits = options.Limits with { MaxPixels = Math.Min(options.Limits.MaxPixels, most) };
        var (pixels, metadata, notes) = ImageFileReader.Decode(file, InputName, limits);
        var (width, height) = sampling.OutputSize(pixels.Width, pixels.Height, model.Scale);
        ImageFileWriter.ThrowIfTooLarge(InputName, width, height, settings.ChosenFormat);

        var upscaled = Upscale(model, new(pixels, Tag: null), sampling, cancellation).Pixels;
        var (content, lost) = ImageFileWriter.Encode(upscaled, metadata, settings.ChosenFormat, settings.ChosenQuality);
        return new(content, ImageFileWriter.MediaType(settings.ChosenFormat), [.. notes, .. lost]);
    }

    static ImageCell Upscale(
        DreamSuperResolutionTransformer model, ImageCell image, SamplingSettings sampling, CancellationToken cancellation)
    {
        try
        {
            model.RequireAllowed(image.Pixels, sampling);
        }
        catch (InvalidOperationException e)
        {
            throw new UpscaleException(UpscaleFailure.TooLarge, e.Message, e);
        }
        try
        {
            return model.Upscale(image, sampling, cancellation);
        }
        catch (OutOfMemoryException e)
        {
            throw new UpscaleException(UpscaleFailure.TooLarge, e.Message, e);
        }
    }
}
