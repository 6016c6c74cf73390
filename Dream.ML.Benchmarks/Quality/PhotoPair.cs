using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>A photo and its reduction.</summary>
sealed record PhotoPair(string Name, RgbImage High, RgbImage Low)
{
    /// <summary>
    /// All photos of a folder and of those below, cut to a multiple of the scale and reduced as MATLAB's <c>imresize</c> does; or,
    /// where the folder has LR and HR in it, the pairs of files of one name there.
    /// </summary>
    internal static PhotoPair[] ReadFolder(string folder, int scale)
    {
        var (low, high) = (Path.Combine(folder, "LR"), Path.Combine(folder, "HR"));
        PhotoPair[] pairs = Directory.Exists(low) && Directory.Exists(high)
            ? [.. PhotoFiles.Of(low).Select(path => new PhotoPair(
                Path.GetFileNameWithoutExtension(path), Read(Path.Combine(high, Path.GetFileName(path))), Read(path)))]
            : [.. PhotoFiles.Of(folder).Select(path => Reduced(path, scale))];
        return pairs.Length > 0 ? pairs : throw new InvalidOperationException($"There are no photos in {folder}.");
    }

    static PhotoPair Reduced(string path, int scale)
    {
        var pixels = Read(path);
        var high = pixels.CropColors(0, 0, pixels.Width / scale * scale, pixels.Height / scale * scale);
        return new(
            Path.GetFileNameWithoutExtension(path), high,
            BicubicResampler.Resize(high, high.Width / scale, high.Height / scale, BicubicConvention.Matlab));
    }

    static RgbImage Read(string path) => ImageFileReader.Read(path, new()).Pixels;
}
