using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;
using Dream.ML.Training.Data;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>A photo and its reduction.</summary>
sealed record PhotoPair(string Name, RgbImage High, RgbImage Low)
{
    /// <summary>
    /// All photos of a folder and of those below, cut to a multiple of the scale and reduced as MATLAB's <c>imresize</c> does; or,
    /// where the folder has LR and HR in it, the pairs of files of one name there.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="scale">Original over reduction.</param>
    /// <param name="heldBack">The share of them that training held back, and its seed: only those.</param>
    internal static PhotoPair[] ReadFolder(string folder, int scale, (double Share, int Seed)? heldBack = null)
    {
        var (low, high) = (Path.Combine(folder, "LR"), Path.Combine(folder, "HR"));
        var isPairs = Directory.Exists(low) && Directory.Exists(high);
        string[] paths = [.. PhotoFiles.Of(isPairs ? low : folder)];
        if (paths.Length == 0)
            throw new InvalidOperationException($"There are no photos in {folder}.");
        if (heldBack is var (share, seed))
            paths = Array.ConvertAll(HeldBack.Divide(paths.Length, share, seed).Validation, row => paths[row]);
        return Array.ConvertAll(paths, path => isPairs ? Pair(path, Path.Combine(high, Path.GetFileName(path)), scale) : Reduced(path, scale));
    }

    /// <summary>A photo of any size, reduced by bicubic interpolation.</summary>
    internal static PhotoPair Reduced(string path, int scale)
    {
        var pixels = Read(path);
        var high = pixels.CropColors(0, 0, pixels.Width / scale * scale, pixels.Height / scale * scale);
        return new(
            Path.GetFileNameWithoutExtension(path), high,
            BicubicResampler.Resize(high, high.Width / scale, high.Height / scale, BicubicConvention.Matlab));
    }

    static PhotoPair Pair(string low, string high, int scale)
    {
        var pair = new PhotoPair(Path.GetFileNameWithoutExtension(low), Read(high), Read(low));
        return (pair.High.Width, pair.High.Height) == (pair.Low.Width * scale, pair.Low.Height * scale) ? pair
            : throw new InvalidOperationException($"{high} is not {scale} times as wide and high as {low}.");
    }

    static RgbImage Read(string path) => ImageFileReader.Read(path, new()).Pixels;
}
