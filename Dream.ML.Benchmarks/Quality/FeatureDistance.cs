using System.Numerics.Tensors;
using Dream.ML.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>
/// Distance of ImageNet-ResNet18 features, like LPIPS without its learnt weights: at six depths the features of every place are
/// scaled to unit length, differences are squared and summed, and places and depths averaged. Lower is closer. The network is
/// the one in the package Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1.
/// </summary>
sealed class FeatureDistance : IDisposable
{
    // The network halves its input five times, and asks that every size be even.
    const int Multiple = 32;

    // After the first layer, the ends of the first three stages, and the last two blocks of the fourth.
    static readonly string[] Depths =
        ["ReLU253_Output_0", "ReLU283_Output_0", "ReLU315_Output_0", "ReLU347_Output_0", "ReLU379_Output_0", "ReLU393_Output_0"];

    // The mean of its training images, averaged over the places: blue, green, red.
    static readonly float[] Mean = [114.4211f, 123.8862f, 125.1021f];

    readonly InferenceSession _session;
    readonly string _input;
    (RgbImage Image, DenseTensor<float>[] Features)? _reference;

    internal FeatureDistance(string file)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        var weights = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var input = model.Graph.Input.Single(value => !weights.Contains(value.Name));
        _input = input.Name;
        // It was exported for one size, to one output behind its last pooling.
        var sizes = input.Type.TensorType.Shape.Dim;
        (sizes[2], sizes[3]) = (new() { DimParam = "height" }, new() { DimParam = "width" });
        model.Graph.Node.Remove(model.Graph.Node.Single(node => node.OpType == "AveragePool"));
        model.Graph.Output.Clear();
        model.Graph.Output.Add(Depths.Select(name => new ValueInfoProto
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float } },
        }));
        // The sizes noted between the layers are those of the size it was exported for: it would warn of each.
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new(model.ToByteArray(), options);
    }

    /// <summary>Compares two images of a size, from the upper left corner to whole multiples of 32 pixels.</summary>
    internal double Compute(RgbImage image, RgbImage reference)
    {
        // The reference is that of the call before whenever a photo is measured row by row.
        if (_reference?.Image != reference)
            _reference = (reference, Features(reference));
        return Features(image).Zip(_reference.Value.Features, Distance).Average();
    }

    public void Dispose() => _session.Dispose();

    DenseTensor<float>[] Features(RgbImage image)
    {
        var pixels = new DenseTensor<float>([1, 3, image.Height / Multiple * Multiple, image.Width / Multiple * Multiple]);
        for (var y = 0; y < pixels.Dimensions[2]; y++)
            for (var x = 0; x < pixels.Dimensions[3]; x++)
                for (var channel = 0; channel < 3; channel++)
                    pixels[0, channel, y, x] = image.Rgb[3 * (y * image.Width + x) + 2 - channel] - Mean[channel];
        using var outputs = _session.Run([NamedOnnxValue.CreateFromTensor(_input, pixels)]);
        return [.. outputs.Select(output => Unit(output.AsTensor<float>().ToDenseTensor()))];
    }

    /// <summary>Scales the features of every place to unit length, in place.</summary>
    static DenseTensor<float> Unit(DenseTensor<float> features)
    {
        var values = features.Buffer.Span;
        var places = values.Length / features.Dimensions[1];
        var lengths = new float[places];
        for (var i = 0; i < values.Length; i += places)
            TensorPrimitives.MultiplyAdd(values.Slice(i, places), values.Slice(i, places), lengths, lengths);
        TensorPrimitives.Add(lengths, 1e-20f, lengths);
        TensorPrimitives.Sqrt(lengths, lengths);
        for (var i = 0; i < values.Length; i += places)
            TensorPrimitives.Divide(values.Slice(i, places), lengths, values.Slice(i, places));
        return features;
    }

    /// <summary>The squared distance at a place, averaged over the places.</summary>
    static double Distance(DenseTensor<float> a, DenseTensor<float> b) =>
        Math.Pow(TensorPrimitives.Distance<float>(a.Buffer.Span, b.Buffer.Span), 2) * a.Dimensions[1] / a.Length;
}
