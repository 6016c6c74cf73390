using Dream.ML.Imaging;
using Dream.ML.Onnx;
using Dream.ML.Torch;

namespace Dream.ML.Networks;

/// <summary>What a <see cref="SuperResolutionNetwork"/> computes, as a graph: method by method the same, with the same words.</summary>
abstract class NetworkGraph(OnnxGraph graph, int scale)
{
    internal OnnxGraph Graph { get; } = graph;

    protected int Scale { get; } = scale;

    /// <inheritdoc cref="SuperResolutionNetwork.SignalUnit"/>
    internal abstract float SignalUnit { get; }

    /// <inheritdoc cref="SuperResolutionNetwork.Encode"/>
    internal abstract GraphCondition Encode(OnnxValue lowResolution);

    /// <summary>Runs the denoiser.</summary>
    protected abstract OnnxValue Predict(OnnxValue noisy, GraphLevel noiseLevel, OnnxValue features);

    protected abstract Parameterization Parameterization { get; }

    /// <summary>Estimates the clean signal x̂0, not clipped.</summary>
    internal OnnxValue Denoise(OnnxValue noisy, GraphLevel noiseLevel, OnnxValue features)
    {
        var output = Predict(noisy, noiseLevel, features);
        return Parameterization switch
        {
            Parameterization.Epsilon => (noisy - output * noiseLevel.S) / noiseLevel.G,
            Parameterization.Velocity => noisy * noiseLevel.G - output * noiseLevel.S,
            _ => output,
        };
    }

    /// <summary>(B, 3, h, w) → (B, 3·s², h, w), as <see cref="BicubicUpsampling.Unshuffled"/>.</summary>
    internal OnnxValue UnshuffledBicubic(OnnxValue lowResolution)
    {
        const int channels = 3;
        var kernels = BicubicInterpolation.Kernels(Scale);
        var sums = Convolve(Graph.Node("ConstantOfShape", [Graph.Constant(1, 1).Concat(0, lowResolution.Size())]) + 1, 1);
        return Convolve(lowResolution, channels) / sums.Concat(1, sums, sums);

        OnnxValue Convolve(OnnxValue planes, int groups)
        {
            var weight = Graph.Constant(
                [.. Enumerable.Repeat(kernels, groups).SelectMany(kernel => kernel)],
                groups * Scale * Scale, 1, BicubicInterpolation.Taps, BicubicInterpolation.Taps);
            return planes.Conv2d(weight, null, BicubicKernel.Radius, groups: groups);
        }
    }
}
