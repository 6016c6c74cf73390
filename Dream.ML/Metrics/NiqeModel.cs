using System.Runtime.InteropServices;
using Dream.ML.Imaging;
using Dream.ML.IO;
using Dream.ML.Metrics;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>
/// NIQE, the natural image quality evaluator (Mittal, Soundararajan and Bovik, 2013): how far the statistics of an image
/// are from those of sharp natural photos. It needs no reference.
/// </summary>
/// <remarks>
/// Values are comparable only under one model. <see cref="Default"/> was fitted by this project to 31 photos, and halving
/// by 2×2 means and neighbors within patches are its own: its values are not those of published NIQE figures.
/// </remarks>
public sealed class NiqeModel
{
    // Section II.D: patches at least this sharp, relative to the sharpest of their photo, are learned from.
    const double SharpShare = 0.75;

    static readonly Lazy<NiqeModel> Shipped = new(() =>
    {
        using var stream = typeof(NiqeModel).Assembly.GetManifestResourceStream("niqe.safetensors")!;
        return Load(stream);
    });

    readonly MultivariateGaussian _natural;

    NiqeModel(MultivariateGaussian natural) => _natural = natural;

    /// <summary>The model that comes with the library, fitted to CC0 photos (<c>eng/fit-niqe.cs</c>).</summary>
    public static NiqeModel Default => Shipped.Value;

    /// <summary>Learns what sharp photos look like, from patches of 96×96 pixels. Opacity is ignored.</summary>
    /// <param name="photos">Undistorted photos, read one at a time; they stay the caller's.</param>
    /// <exception cref="ArgumentException">They hold 36 different sharp patches or fewer, too few to learn from.</exception>
    public static NiqeModel Fit(IEnumerable<MLImage> photos)
    {
        ArgumentNullException.ThrowIfNull(photos);
        List<double[]> sharp = [];
        foreach (var photo in photos)
        {
            var patches = NaturalSceneStatistics.OfPatches(MLImagePixels.Read(photo, nameof(photos)));
            var least = SharpShare * patches.Select(patch => patch.Sharpness).DefaultIfEmpty().Max();
            sharp.AddRange(patches.Where(patch => patch.Sharpness > least).Select(patch => patch.Features));
        }
        // Patches that repeat each other teach nothing.
        return sharp.Count > NaturalSceneStatistics.Count && MultivariateGaussian.Fit(sharp) is { IsOfFullRank: true } natural
            ? new(natural)
            : throw new ArgumentException(
                $"The photos hold {sharp.Count} sharp patches of 96×96 pixels; at least {NaturalSceneStatistics.Count + 1} " +
                "different ones are needed, better hundreds. Give more photos or larger ones.", nameof(photos));
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else.</exception>
    public static NiqeModel Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var file = Safetensors.Read(stream);
        var natural = new MultivariateGaussian(Read("mean", [NaturalSceneStatistics.Count]),
            Read("covariance", [NaturalSceneStatistics.Count, NaturalSceneStatistics.Count]));
        return natural.IsOfFullRank ? new(natural) : throw new InvalidDataException(
            "Not a NIQE model: its covariance is not positive definite.");

        double[] Read(string name, long[] shape) =>
            file.Tensors.TryGetValue(name, out var tensor)
                && tensor.Type == SafetensorsType.F64 && tensor.Shape.SequenceEqual(shape)
                ? MemoryMarshal.Cast<byte, double>(tensor.Data).ToArray()
                : throw new InvalidDataException(
                    $"Not a NIQE model: it needs a tensor '{name}' of type F64 and shape [{string.Join(", ", shape)}].");
    }

    /// <summary>Writes the model as safetensors; the stream stays open.</summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long count = NaturalSceneStatistics.Count;
        Safetensors.Write(stream, new(
        [
            Entry("mean", [count], _natural.Mean),
            Entry("covariance", [count, count], _natural.Covariance),
        ]));

        static SafetensorsTensor Entry(string name, long[] shape, double[] values) =>
            new(name, SafetensorsType.F64, shape, MemoryMarshal.AsBytes<double>(values).ToArray());
    }

    /// <summary>Judges one image. Opacity is ignored.</summary>
    /// <returns>
    /// 0 or more; lower is more natural. <c>null</c> where the image has fewer than two whole patches of 96×96 pixels that
    /// are not flat.
    /// </returns>
    public double? Compute(MLImage image) => Compute(MLImagePixels.Read(image));

    internal double? Compute(RgbImage image)
    {
        var features = NaturalSceneStatistics.OfPatches(image).ConvertAll(patch => patch.Features);
        return features.Count < 2 ? null : _natural.Distance(MultivariateGaussian.Fit(features));
    }
}
