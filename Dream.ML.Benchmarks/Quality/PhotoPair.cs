using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>A photo and its reduction.</summary>
sealed record PhotoPair(RgbImage High, RgbImage Low)
{
    /// <summary>All photos of a folder and of those below, cut to a multiple of the scale and reduced as MATLAB's <c>imresize</c> does.</summary>
    internal static PhotoPair[] ReadFolder(string folder, int scale)
    {
        PhotoPair[] pairs = [.. PhotoFiles.Of(folder).Select(path => Read(path, scale))];
        return pairs.Length > 0 ? pairs : throw new InvalidOperationException($"There are no photos in {folder}.");
    }

    static PhotoPair Read(string path, int scale)
    {
        var pixels = ImageFileReader.Read(path, new()).Pixels;
        var high = pixels.CropColours(0, 0, pixels.Width / scale * scale, pixels.Height / scale * scale);
        return new(high, BicubicResampler.Resize(high, high.Width / scale, high.Height / scale, BicubicConvention.Matlab));
    }
}
