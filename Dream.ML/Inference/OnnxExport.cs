using System.Reflection;
using Dream.ML.Inference.Sampling;
using Dream.ML.IO;
using Dream.ML.Networks;
using Dream.ML.Onnx;
using Google.Protobuf;

namespace Dream.ML.Inference;

/// <summary>
/// Makes one ONNX file of a network, its sampler and the detail asked for: image and noise in, upscaled image out. Of
/// <see cref="Upscaler"/>'s work it leaves out what does not need the network: color fidelity and the local bounds.
/// </summary>
static class OnnxExport
{
    // Protobuf ends at 2 GB; the nodes need some of it.
    const long MaxWeightBytes = 2000L << 20;

    /// <exception cref="InvalidOperationException">The model reads a mask, the sampler draws noise between steps, or the file would be too large.</exception>
    internal static void Write(
        Stream stream,
        ModelDescription description,
        IEnumerable<SafetensorsTensor> weights,
        OnnxExportOptions options)
    {
        if (description.ReadsMask)
            throw new InvalidOperationException(
                "Models that fill holes have no ONNX file: what they start from, the colors around a hole, is found outside of the graph.");
        var sampling = description.Sampling;
        if (sampling.NetworkRuns > 1 && sampling.Sampler.DrawsNoise)
            throw new InvalidOperationException(
                $"A graph starts from one noise, but {sampling.Sampler} draws more between its steps. Export the model with " +
                "new Ddim() or new DpmSolverPlusPlus(): transformer.WithSampling(transformer.Sampling with { Sampler = … }).SaveAsOnnx(…).");

        var graph = new OnnxGraph(weights);
        Build(graph, description);
        if (graph.Bytes > MaxWeightBytes)
            throw new InvalidOperationException(
                $"The weights take {graph.Bytes >> 20:N0} MB; an ONNX file holds at most {MaxWeightBytes >> 20:N0}.");

        var model = graph.ToModel(options.ModelName);
        model.ProducerName = "Dream.ML";
        model.ProducerVersion = typeof(OnnxExport).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        model.DocString = $"Enlarges images {description.Scale} times.";
        Add("name", options.ModelName);
        Add("scale", $"{description.Scale}");
        Add("license", options.License);
        Add("settings", description.ToJson());
        model.WriteTo(stream);

        void Add(string key, string value) => model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    static void Build(OnnxGraph graph, ModelDescription description)
    {
        var (sampling, scale) = (description.Sampling, description.Scale);
        var (parts, traits) = (description.Network.Graph(graph, scale), description.Network.Traits(scale));
        var image = graph.Input("image", "Red, green and blue from 0 to 1, rows from the top.", "batch", "3", "height", "width");
        var low = Padded(image * 2 - 1, traits.SizeMultiple);
        var (prediction, features) = parts.Encode(low);
        var upscaled = ToImage(sampling.NetworkRuns == 0 ? null : Sample());
        if (sampling.Detail > 0.5)
        {
            // r + (2d − 1)·f·f²/(f² + t²): see DetailControl.
            var coarse = parts.UnshuffledBicubic(upscaled.AveragePool(scale)).PixelShuffle(scale);
            var fine = upscaled - coarse;
            var square = fine * fine;
            upscaled += fine * square * (2 * sampling.Detail - 1) / (square + DetailControl.Faint * DetailControl.Faint);
        }
        if (traits.SizeMultiple > 1)
            upscaled = Cropped(upscaled, image.Size() * graph.Constant(scale));
        graph.Output(
            "upscaled", $"The image, {scale} times as high and wide, from 0 to 1.", ((upscaled + 1) / 2).Clamp(0, 1),
            "batch", "3", $"{scale}*height", $"{scale}*width");

        // r₁ + min(1, 2d)·(r − r₁): see DetailControl.
        OnnxValue ToImage(OnnxValue? signal) => (signal is null ? prediction
            : traits.AddsToPrediction ? prediction + signal * (parts.SignalUnit * Math.Min(1, 2 * sampling.Detail))
            : signal).PixelShuffle(scale / traits.SignalScale);

        OnnxValue Sample()
        {
            var noise = graph.Input(
                "noise", "Standard normal numbers.", "batch", $"{traits.SignalChannels}", Side("height"), Side("width"));
            return OnnxSampler.Run(sampling.Sampler, Denoise, traits.NoiseSchedule.Process, traits.NoiseSchedule.SamplingLevels(sampling.NetworkRuns), noise);
        }

        OnnxValue Denoise(OnnxValue noisy, double level)
        {
            var clean = parts.Denoise(noisy, GraphLevel.Of(graph.Constant(GraphLevel.Values(traits.NoiseSchedule.Process, level), 3)), features());
            if (sampling.EpsilonScaling is var scaling and not 1)
                clean = clean / scaling + noisy * ((1 - 1 / scaling) / level);
            return double.IsFinite(traits.SignalRange) ? clean.Clamp(-traits.SignalRange, traits.SignalRange) : clean;
        }

        // "height", "4*height" or, where the network needs whole multiples, "4*8*ceil(height/8)"
        string Side(string name) => (traits.SignalScale == 1 ? "" : $"{traits.SignalScale}*")
            + (traits.SizeMultiple == 1 ? name : $"{traits.SizeMultiple}*ceil({name}/{traits.SizeMultiple})");
    }

    /// <summary>Repeats the last row and column until both sides are multiples.</summary>
    static OnnxValue Padded(OnnxValue image, int multiple)
    {
        if (multiple == 1)
            return image;
        var graph = image.Graph;
        var missing = graph.Node("Mod", [image.Size().Apply("Neg"), graph.Constant(multiple)]);
        return graph.Node(
            "Pad", [image, graph.Constant(0, 0).Concat(0, missing), null, graph.Constant(2, 3)], ("mode", "edge"));
    }

    static OnnxValue Cropped(OnnxValue image, OnnxValue size) =>
        image.Graph.Node("Slice", [image, image.Graph.Constant(0, 0), size, image.Graph.Constant(2, 3)]);
}
