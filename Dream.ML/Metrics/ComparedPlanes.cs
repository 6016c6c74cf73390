using System.Numerics.Tensors;

namespace Dream.ML.Metrics;

/// <summary>The planes of two images that a <see cref="MetricConvention"/> compares, with samples from 0 to 255.</summary>
sealed class ComparedPlanes
{
    readonly RgbImage _image;
    readonly RgbImage _reference;
    readonly MetricConvention _convention;

    internal ComparedPlanes(RgbImage image, RgbImage reference, MetricConvention convention)
    {
        if (image.Width != reference.Width || image.Height != reference.Height)
            throw new ArgumentException(
                $"The image is {image.Width}×{image.Height} pixels, its reference {reference.Width}×{reference.Height}.");
        Width = image.Width - 2 * convention.Crop;
        Height = image.Height - 2 * convention.Crop;
        if (Width <= 0 || Height <= 0 || convention.Crop < 0)
            throw new ArgumentException(
                $"A crop of {convention.Crop} pixels at each border does not fit an image of {image.Width}×{image.Height}.");
        (_image, _reference, _convention) = (image, reference, convention);
    }

    /// <summary>Width of each plane, without the cropped border.</summary>
    internal int Width { get; }

    /// <summary>Height of each plane, without the cropped border.</summary>
    internal int Height { get; }

    /// <summary>The planes, (Height, Width) each: luma, or red, green and blue one after another.</summary>
    internal IEnumerable<(double[] Image, double[] Reference)> Pairs =>
        Enumerable.Range(0, _convention.Luma ? 1 : 3).Select(channel => (Samples(_image, channel), Samples(_reference, channel)));

    internal double MeanSquaredError() => Pairs.Average(planes =>
        Math.Pow(TensorPrimitives.Distance(planes.Image, planes.Reference), 2) / planes.Image.Length);

    double[] Samples(RgbImage image, int channel) =>
        Plane.Of(image, _convention.Luma ? null : channel, _convention.Crop, Width, Height);
}
