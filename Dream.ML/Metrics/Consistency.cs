using Dream.ML.Imaging;
using Dream.ML.Metrics;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>How well an upscaled image, reduced again, agrees with the image that it was made from (SR3, DREAM).</summary>
public static class Consistency
{
    /// <summary>Reduces the upscaled image bicubically (Pillow's, antialiased) and compares. Opacity is ignored.</summary>
    /// <param name="upscaled">The image to judge.</param>
    /// <param name="lowResolution">The image that it was made from, of any size.</param>
    /// <returns>10⁵ · mean squared error of colors from 0 to 1; lower is better.</returns>
    public static double Compute(MLImage upscaled, MLImage lowResolution) =>
        Compute(MLImagePixels.Read(upscaled), MLImagePixels.Read(lowResolution));

    internal static double Compute(RgbImage upscaled, RgbImage lowResolution)
    {
        var reduced = BicubicResampler.Resize(upscaled, lowResolution.Width, lowResolution.Height);
        return 1e5 * new ComparedPlanes(reduced, lowResolution, MetricConvention.Paper).MeanSquaredError() / (255 * 255);
    }
}
