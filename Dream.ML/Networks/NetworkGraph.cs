using Dream.ML.Onnx;
using Dream.ML.Torch;

namespace Dream.ML.Networks;

/// <summary>
/// What a <see cref="SuperResolutionNetwork"/> computes, as a graph: method by method the same, with the same words. A noise
/// level is a number here, the same for a whole batch.
/// </summary>
abstract class NetworkGraph(OnnxGraph graph, int scale)
{
    protected OnnxGraph Graph { get; } = graph;

    protected int Scale { get; } = scale;

    /// <inheritdoc cref="SuperResolutionNetwork.Encode"/>
    internal abstract GraphCondition Encode(OnnxValue lowResolution);

    /// <inheritdoc cref="SuperResolutionNetwork.ToImage"/>
    internal abstract OnnxValue ToImage(OnnxValue signal, GraphCondition condition);

    /// <summary>The image that a signal of zero stands for; only asked of networks that make an initial prediction.</summary>
    internal abstract OnnxValue InitialPrediction(GraphCondition condition);

    /// <summary>Runs the denoiser.</summary>
    protected abstract OnnxValue Predict(OnnxValue noisy, double noiseLevel, GraphCondition condition);

    protected abstract Parameterization Parameterization { get; }

    /// <inheritdoc cref="SuperResolutionNetwork.Denoise"/>
    internal virtual OnnxValue Denoise(OnnxValue noisy, double noiseLevel, GraphCondition condition, double epsilonScaling)
    {
        var (g, s) = (noiseLevel, Math.Sqrt(1 - noiseLevel * noiseLevel));
        var output = Predict(noisy, noiseLevel, condition);
        var clean = Parameterization switch
        {
            Parameterization.Epsilon => (noisy - output * s) / g,
            Parameterization.Velocity => noisy * g - output * s,
            _ => output,
        };
        return epsilonScaling == 1 ? clean : (noisy - (noisy - clean * g) / epsilonScaling) / g;
    }

    /// <summary>(B, 3, h, w) → (B, 3·s², h, w), as <see cref="BicubicUpsampling.Unshuffled"/>.</summary>
    internal OnnxValue UnshuffledBicubic(OnnxValue lowResolution)
    {
        const int channels = 3;
        var kernels = BicubicUpsampling.Kernels(Scale);
        var sums = Convolve(Graph.Node("ConstantOfShape", [Graph.Constant(1, 1).Concat(0, lowResolution.Size())]) + 1, 1);
        return Convolve(lowResolution, channels) / sums.Concat(1, sums, sums);

        OnnxValue Convolve(OnnxValue planes, int groups)
        {
            var weight = Graph.Constant(
                [.. Enumerable.Repeat(kernels, groups).SelectMany(kernel => kernel)],
                groups * Scale * Scale, 1, BicubicUpsampling.Side, BicubicUpsampling.Side);
            return planes.Conv2d(weight, null, BicubicUpsampling.Reach, groups: groups);
        }
    }
}
