using Dream.ML.Core;
using Dream.ML.Inference.Sampling;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Dream.ML.Tests.Inference;

/// <summary>An exported model in ONNX Runtime.</summary>
sealed class OnnxGraphRunner : IDisposable
{
    internal OnnxGraphRunner(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        Session = new(model, options);
    }

    internal InferenceSession Session { get; }

    /// <summary>Upscales an image with the product's own noise for it.</summary>
    internal RgbImage Upscale(RgbImage image, int seed)
    {
        var input = new DenseTensor<float>([1, 3, image.Height, image.Width]);
        for (var i = 0; i < image.Rgb.Length; i++)
            input[0, i % 3, i / 3 / image.Width, i / 3 % image.Width] = image.Rgb[i] / 255f;
        List<NamedOnnxValue> inputs = [NamedOnnxValue.CreateFromTensor("image", input)];
        if (Session.InputMetadata.TryGetValue("noise", out var noise))
        {
            int[] shape = [1, noise.Dimensions[1], .. NoiseSize(noise.SymbolicDimensions, image)];
            inputs.Add(NamedOnnxValue.CreateFromTensor("noise", new DenseTensor<float>(Noise(image, seed, shape), shape)));
        }
        using var outputs = Session.Run(inputs);
        var upscaled = outputs.Single().AsTensor<float>();
        var (height, width) = (upscaled.Dimensions[2], upscaled.Dimensions[3]);
        var rgb = new byte[3 * height * width];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = (byte)(upscaled[0, i % 3, i / 3 / width, i / 3 % width] * 255 + 0.5f);
        return new(width, height, rgb);
    }

    public void Dispose() => Session.Dispose();

    static float[] Noise(RgbImage image, int seed, int[] shape)
    {
        using var noise = new FeatureMap(shape[1], shape[2], shape[3]);
        new NoiseField(seed, image).Cut(0, shape[3], shape[2], 0, 0, noise);
        return noise.Values.ToArray();
    }

    /// <summary>What "height", "2*width" or "2*4*ceil(height/4)" come to.</summary>
    static int[] NoiseSize(string[] symbols, RgbImage image) =>
        [Evaluate(symbols[2], image.Height), Evaluate(symbols[3], image.Width)];

    static int Evaluate(string symbol, int size)
    {
        var factors = symbol.Split('*');
        var multiple = factors[^1].StartsWith("ceil", StringComparison.Ordinal) ? int.Parse(factors[^2]) : 1;
        var scale = factors.SkipLast(multiple == 1 ? 1 : 2).Select(int.Parse).SingleOrDefault(1);
        return scale * ((size + multiple - 1) / multiple * multiple);
    }
}
