using Dream.ML.Inference;
using Dream.ML.Networks;
using Dream.ML.Numerics;
using Dream.ML.Runtime;
using Dream.ML.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace Dream.ML.SuperResolution;

/// <summary>Trains a diffusion super-resolution model with DREAM (Zhou et al., CVPR 2024).</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | Image (any size when fitting; photos of high resolution) |
/// | Output column data type | Image, `Scale` times as wide and high |
/// | Required NuGet in addition to Microsoft.ML | Dream.ML, and one libtorch package (see the readme) |
/// | Exportable to ONNX | No |
///
/// `Fit` makes low-resolution images from the photos in the input column and trains a network to undo that. The transformer
/// it returns enlarges the images of the input column. Training keeps up to a gigabyte of photos in memory, chosen at random
/// where there are more. With a seed, on the same machine and number of threads, training is repeatable to the bit on a CPU.
/// ]]></format>
/// </remarks>
/// <seealso cref="DreamCatalog.DreamSuperResolve(TransformsCatalog, string, string, int)"/>
public sealed partial class DreamSuperResolutionEstimator : IEstimator<DreamSuperResolutionTransformer>
{
    const int ProgressLines = 20;

    // libtorch initialises weights from one generator per process.
    static readonly Lock InitialisationGate = new();

    readonly IHost _host;
    readonly Options _options;

    internal DreamSuperResolutionEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ImageTypes.Register();
        _host = environment.Register(nameof(DreamSuperResolutionEstimator));
        _options = options;
    }

    /// <summary>Trains on the photos in the input column.</summary>
    /// <param name="input">Data with the input column; read once.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds no images.</exception>
    /// <exception cref="InvalidOperationException">No image can be used, or training diverged; the message says what to change.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    /// <exception cref="DllNotFoundException">The application references no libtorch package; the message names the ones to add.</exception>
    public DreamSuperResolutionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = _options.InputOrOutputColumnName;
        _ = SuperResolutionSchema.ImageColumn(input.Schema, column);
        var device = DreamRuntime.SelectDevice(_options.Device ?? HostDevice.Choose(_host));
        var seed = _options.Seed ?? _host.Rand.Next();

        using var channel = _host.Start("Train");
        var photos = TrainingImages.Collect(
            ImageColumnReader.Read(input, column).TakeWhile(_ => Continue()), _options.Scale, _options.PatchSizeOrDefault, seed,
            text => channel.Warning(MessageSensitivity.None, "{0}", text));
        channel.Info(MessageSensitivity.None, "Training on {0} images, device {1}, seed {2}.", photos.Pairs.Count, device, seed);

        var network = CreateNetwork(seed, device);
        try
        {
            Trainer.Train(network, photos, Settings(seed), metrics =>
            {
                _ = Continue();
                if (metrics.Step == metrics.Steps || metrics.Step % Math.Max(1, metrics.Steps / ProgressLines) == 0)
                    channel.Info(MessageSensitivity.None, "{0}", metrics);
                _options.MetricsCallback?.Invoke(metrics);
            }, _options.CancellationToken);
        }
        catch
        {
            network.Dispose();
            throw;
        }

        var transformer = new DreamSuperResolutionTransformer(
            _host, _options.OutputColumnName, column, new SuperResolutionModel(Describe(seed), network), _options.BatchSize);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>The columns after this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or holds no images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new SuperResolutionSchema(_options.OutputColumnName, _options.InputOrOutputColumnName, _options.Scale).Extend(inputSchema);
    }

    bool Continue()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        MLNetInternals.ThrowIfCanceled(_host);
        return true;
    }

    SuperResolutionNetwork CreateNetwork(int seed, torch.Device device)
    {
        lock (InitialisationGate)
        {
            using var random = new GlobalRandom().Seed(seed);
            return _options.Network.Create(_options.Scale, device);
        }
    }

    TrainingSettings Settings(int seed) => new()
    {
        Steps = _options.TrainingSteps,
        BatchSize = _options.TrainingBatchSize,
        PatchSize = _options.PatchSizeOrDefault,
        LearningRate = _options.LearningRateOrDefault,
        EmaDecay = _options.EmaDecay,
        DreamPower = _options.DreamPower,
        Loss = _options.Loss,
        Seed = seed,
    };

    ModelDescription Describe(int seed) => new()
    {
        Scale = _options.Scale,
        Network = _options.Network,
        Sampling = _options.Sampling(seed),
    };
}
