using Dream.ML.Imaging;
using Dream.ML.IO;
using Dream.ML.Metrics;
using Dream.ML.Torch;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>
/// LPIPS, the learned perceptual image patch similarity (Zhang et al., 2018), version 0.1 with its linear heads. The weights
/// do not come with the library: the user names the published files, converted to safetensors.
/// </summary>
/// <remarks><see cref="Compute(MLImage, MLImage)"/> may be called from many threads.</remarks>
public sealed class Lpips : IDisposable
{
    const int MinSide = 32;

    readonly IReadOnlyList<LpipsStage> _stages;
    readonly LpipsConvention _convention;
    readonly Device _device;
    readonly Dictionary<string, Tensor> _backbone = [];
    readonly Dictionary<string, Tensor> _heads = [];
    readonly Tensor _shift;
    readonly Tensor _scale;

    internal Lpips(
        IReadOnlyList<LpipsStage> stages,
        SafetensorsFile backbone,
        SafetensorsFile heads,
        LpipsConvention convention = LpipsConvention.Standard,
        string? device = null)
    {
        _device = DreamRuntime.SelectDevice(device);
        using var scope = NewDisposeScope();
        long channels = 3;
        for (int i = 0; i < stages.Count; i++)
        {
            var stage = stages[i];
            foreach (int index in stage.Convolutions)
            {
                _backbone.Add(Weight(index), empty(stage.Channels, channels, stage.Kernel, stage.Kernel, device: _device));
                _backbone.Add(Bias(index), empty(stage.Channels, device: _device));
                channels = stage.Channels;
            }
            _heads.Add(Head(i), empty(1, channels, 1, 1, device: _device));
        }
        // Torchvision's files also hold the classifier, which LPIPS leaves out.
        Restore("backbone", _backbone, new(backbone.Tensors.Values.Where(tensor => !tensor.Name.StartsWith("classifier."))));
        Restore("heads", _heads, heads);

        // The scaling layer: ImageNet's mean and deviation, for colors in [−1, 1]. (3, 1, 1)
        _shift = tensor(new float[] { -.030f, -.088f, -.188f }, device: _device).view(3, 1, 1);
        _scale = tensor(new float[] { .458f, .448f, .450f }, device: _device).view(3, 1, 1);
        (_stages, _convention) = (stages, convention);
        scope.Detach(Weights);
    }

    IEnumerable<Tensor> Weights => [.. _backbone.Values, .. _heads.Values, _shift, _scale];

    /// <summary>Loads the published weights from the user's files.</summary>
    /// <param name="network">The backbone.</param>
    /// <param name="backbonePath">
    /// Safetensors file of torchvision's ImageNet weights: <c>features.0.weight</c>, <c>features.0.bias</c> and so on.
    /// Entries named <c>classifier.…</c> are skipped.
    /// </param>
    /// <param name="headsPath">
    /// Safetensors file of the linear heads: <c>lin0.model.1.weight</c> to <c>lin4.model.1.weight</c>.
    /// </param>
    /// <param name="convention">In which range colors are fed.</param>
    /// <param name="device"><c>null</c> (a GPU when there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="InvalidDataException">
    /// A file is no safetensors file, or weights are missing, left over or of another shape; the message names them.
    /// </exception>
    public static Lpips Load(
        LpipsNetwork network,
        string backbonePath,
        string headsPath,
        LpipsConvention convention = LpipsConvention.Standard,
        string? device = null) =>
        new(network switch
        {
            LpipsNetwork.AlexNet => LpipsStage.AlexNet,
            LpipsNetwork.Vgg16 => LpipsStage.Vgg16,
            _ => throw new ArgumentOutOfRangeException(nameof(network)),
        }, Read(backbonePath), Read(headsPath), convention, device);

    /// <summary>Compares an image with its reference. Opacity is ignored.</summary>
    /// <param name="image">The image to judge, at least 32×32 pixels. The whole image is compared at once.</param>
    /// <param name="reference">The true image, of the same size.</param>
    /// <returns>0 or more; lower is better, 0 for equal images.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or a side is shorter than 32 pixels.</exception>
    public double Compute(MLImage image, MLImage reference) =>
        Compute(MLImagePixels.Read(image), MLImagePixels.Read(reference));

    internal double Compute(RgbImage image, RgbImage reference)
    {
        if (Math.Min(image.Width, image.Height) < MinSide)
            throw new ArgumentException(
                $"LPIPS needs at least {MinSide}×{MinSide} pixels; the image is {image.Width}×{image.Height}.");
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var x = ImageTensors.ToTensor([image, reference], _device); // (2, 3, H, W)
        if (_convention == LpipsConvention.Dream)
            x = x.add(1).div(2);
        x = x.sub(_shift).div(_scale);

        double distance = 0;
        for (int i = 0; i < _stages.Count; i++)
        {
            using var stage = NewDisposeScope();
            using var before = x;
            x = Run(_stages[i], before).MoveToOuterDisposeScope();
            var unit = x / (x.square().sum(1, keepdim: true).sqrt() + 1e-10); // (2, C, h, w)
            var squares = (unit[..1] - unit[1..]).square(); // (1, C, h, w)
            // Equation 1: weighted by channel, averaged over positions, summed over stages.
            distance += nn.functional.conv2d(squares, _heads[Head(i)]).mean().item<float>();
        }
        return distance;
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        foreach (var weight in Weights)
            weight.Dispose();
    }

    Tensor Run(LpipsStage stage, Tensor x)
    {
        if (stage.Pool > 0)
            x = nn.functional.max_pool2d(x, stage.Pool, 2);
        foreach (int index in stage.Convolutions)
            x = nn.functional.conv2d(x, _backbone[Weight(index)], _backbone[Bias(index)],
                [stage.Stride, stage.Stride], [stage.Padding, stage.Padding]).relu_();
        return x;
    }

    static string Weight(int index) => $"features.{index}.weight";

    static string Bias(int index) => $"features.{index}.bias";

    static string Head(int stage) => $"lin{stage}.model.1.weight";

    static SafetensorsFile Read(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        try
        {
            return Safetensors.Read(stream);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}': {e.Message}", e);
        }
    }

    static void Restore(string part, Dictionary<string, Tensor> weights, SafetensorsFile file)
    {
        try
        {
            ModuleWeights.Restore(weights.Select(weight => (weight.Key, weight.Value)), file);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"LPIPS {part}: {e.Message}", e);
        }
    }
}
