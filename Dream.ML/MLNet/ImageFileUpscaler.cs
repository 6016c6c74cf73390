using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;
using Dream.ML.IO;

namespace Dream.ML.MLNet;

/// <summary>Upscales image files.</summary>
sealed class ImageFileUpscaler
{
    readonly DreamSuperResolutionTransformer _model;
    readonly ImageFileFormat _format;
    readonly int _quality;
    readonly ImageLimits _limits;
    readonly string? _mask;

    /// <exception cref="InvalidOperationException">There is no mask for a model that needs one, or one for a model that reads none.</exception>
    internal ImageFileUpscaler(DreamSuperResolutionTransformer model, ImageFileFormat format, int quality, ImageLimits limits, string? mask = null)
    {
        model.Description.RequireMask(mask is not null);
        (_model, _format, _quality, _limits, _mask) = (model, format, quality, limits, mask);
    }

    /// <summary>Makes one file from another.</summary>
    /// <returns>What was lost or changed on the way.</returns>
    /// <exception cref="IOException">A file cannot be read or written, or the output is the input.</exception>
    internal IReadOnlyList<string> Upscale(
        string input, string output, CancellationToken cancellation, IProgress<double>? progress = null)
    {
        output = Path.GetFullPath(output);
        var inputs = new[] { input, _mask }.OfType<string>().Select(FileIdentity.Of).OfType<FileIdentity>().ToHashSet();
        RegularFile.ThrowIfNotReplaceable(output, inputs);
        var (file, notes) = Upscale(ImageFileReader.ReadBytes(input, _limits), input, cancellation, progress);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        AtomicFile.Write(output, "upscaled", stream => stream.Write(file));
        return notes;
    }

    /// <summary>Makes a file's bytes from another's. What is certain to be refused is not decoded.</summary>
    /// <returns>The bytes, and what was lost or changed on the way.</returns>
    /// <exception cref="ImageFileException">The bytes are no image, or it or its result is too large.</exception>
    internal (byte[] File, IReadOnlyList<string> Notes) Upscale(
        byte[] bytes, string name, CancellationToken cancellation, IProgress<double>? progress = null)
    {
        var image = ImageFileReader.Decode(bytes, name, _limits, ThrowIfTooLarge);
        var pixels = _mask is null ? image.Pixels : HoleMask.Cut(image.Pixels, ImageFileReader.Read(_mask, _limits).Pixels);
        var upscaled = _model.Upscale(pixels, cancellation, progress);
        var (file, notes) = ImageFileWriter.Encode(upscaled, image.Metadata, _format, _quality);
        return (file, [.. image.Notes, .. notes]);

        void ThrowIfTooLarge(int width, int height)
        {
            if (_model.SizeProblem(width, height) is { } problem)
                throw new ImageFileException(name, problem.Cause, problem.Cure, ImageFileFailure.TooLarge);
            var (resultWidth, resultHeight) = _model.OutputSize(width, height);
            ImageFileWriter.ThrowIfTooLarge(name, resultWidth, resultHeight, _format);
        }
    }
}
