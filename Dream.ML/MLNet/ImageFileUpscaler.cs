using Dream.ML.Imaging.Files;
using Dream.ML.IO;

namespace Dream.ML.MLNet;

/// <summary>Upscales one image file.</summary>
sealed class ImageFileUpscaler(DreamSuperResolutionTransformer model, ImageFileFormat format, int quality, ImageLimits limits)
{
    /// <summary>Makes one file from another.</summary>
    /// <returns>What was lost or changed on the way.</returns>
    /// <exception cref="IOException">A file cannot be read or written, or the output is the input.</exception>
    internal IReadOnlyList<string> Upscale(
        string input, string output, CancellationToken cancellation, IProgress<double>? progress = null)
    {
        output = Path.GetFullPath(output);
        HashSet<FileIdentity> inputs = FileIdentity.Of(input) is { } identity ? [identity] : [];
        RegularFile.ThrowIfNotReplaceable(output, inputs);
        var (file, notes) = Upscale(ImageFileReader.ReadBytes(input, limits), input, cancellation, progress);
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
        var image = ImageFileReader.Decode(bytes, name, limits, ThrowIfTooLarge);
        var upscaled = model.Upscale(image.Pixels, cancellation, progress);
        var (file, notes) = ImageFileWriter.Encode(upscaled, image.Metadata, format, quality);
        return (file, [.. image.Notes, .. notes]);

        void ThrowIfTooLarge(int width, int height)
        {
            if (model.SizeProblem(width, height) is { } problem)
                throw new ImageFileException(name, problem.Cause, problem.Cure, ImageFileFailure.TooLarge);
            var (resultWidth, resultHeight) = model.OutputSize(width, height);
            ImageFileWriter.ThrowIfTooLarge(name, resultWidth, resultHeight, format);
        }
    }
}
