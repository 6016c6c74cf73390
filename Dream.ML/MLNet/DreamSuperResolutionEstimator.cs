using Dream.ML.Inference;
using Dream.ML.MLNet;
using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Dream.ML.Networks;
using Dream.ML.Torch;
using Dream.ML.Training;
using Dream.ML.Training.Data;
using Dream.ML.Training.Reporting;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML;

/// <summary>Trains a diffusion super-resolution model with DREAM (Zhou et al., CVPR 2024).</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | Image (any size when fitting; photos of high resolution) |
/// | Output column data type | Image, `Scale` times as wide and high unless a size is given |
/// | Required NuGet in addition to Microsoft.ML | Dream.ML, and one libtorch package (see the readme) |
/// | Exportable to ONNX | No |
///
/// `Fit` makes low-resolution images from the photos in the input column and trains a network to undo that. The transformer
/// it returns enlarges the images of the input column. Photos that fit the patch buffer are held in memory, more are streamed;
/// what cannot be read or is too small is named in a warning and left out. With a seed, on the same machine and number of threads, training is repeatable to the bit on a CPU.
/// ]]></format>
/// </remarks>
/// <seealso cref="DreamCatalog.DreamSuperResolve(TransformsCatalog, string, string, int)"/>
public sealed partial class DreamSuperResolutionEstimator : IEstimator<DreamSuperResolutionTransformer>
{
    readonly IHostEnvironment _environment;
    readonly IHost _host;
    readonly Options _options;

    internal DreamSuperResolutionEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ImageTypes.Register();
        _environment = environment;
        _host = environment.Register(nameof(DreamSuperResolutionEstimator));
        _options = options;
    }

    /// <summary>Trains on the photos in the input column.</summary>
    /// <param name="input">Data with the input column; read once.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds no images.</exception>
    /// <exception cref="InvalidOperationException">No image can be used, or training diverged; the message says what to change.</exception>
    /// <exception cref="InsufficientMemoryException">A training step needs more memory than there is; the message says what would fit.</exception>
    /// <exception cref="OperationCanceledException">Training was canceled.</exception>
    /// <exception cref="DllNotFoundException">The application references no libtorch package; the message names the ones to add.</exception>
    public DreamSuperResolutionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = _options.InputOrOutputColumnName;
        if (_options.MaskColumnName is { } mask)
            input.Schema.Find(mask, typeof(ImageDataViewType));
        var photos = new PhotoSource(input, column, _options.TargetColumnName);
        var device = DreamRuntime.SelectDevice(_options.Device ?? HostDevice.Choose(_host));

        using var channel = _host.Start("Train");
        using var workspace = _options.WorkspacePath is { } path ? new Workspace(path) : null;
        var resumed = workspace?.TryRead();
        (TrainingSettings Training, int Seed)? begun = resumed is null ? null : workspace!.Reading(() => RunDescription.Read(resumed.Run));
        var settings = _options.TrainingOrDefault(isCpu: DreamRuntime.IsCpu($"{device}"), begun?.Training);
        var seed = _options.Seed ?? begun?.Seed ?? _host.Rand.Next();
        // In a longer run the learning rate would still have been high where it had begun to fall.
        if (settings.Steps > begun?.Training.Steps && resumed!.Progress.Step > begun.Value.Training.DecayStart)
            resumed = workspace!.TryRead(Workspace.PlateauName) ?? resumed;
        var dataSettings = _options.Data(seed);
        var (trainingRows, validationSets) = Split(photos, seed);
        var initial = _options.InitialModel?.Weights(MLNetInternals.Context(_environment));
        var run = new RunDescription
        {
            Scale = _options.Scale,
            Degradation = _options.Degradation,
            Network = _options.Network,
            Training = settings,
            Seed = seed,
            Device = device.type.ToString(),
            Rows = trainingRows.Count,
            Photos = photos.Digest(),
            Pairs = _options.TargetColumnName is not null,
            ValidationRows = validationSets.Sum(set => set.Rows.Count),
            InitialWeights = initial is null ? null : RunDescription.Digest(initial),
        }.ToJson();
        if (resumed is not null)
            workspace!.RequireSame(
                RunDescription.Upgrade(resumed.Run), run,
                stepsMayDiffer: resumed.Progress.Step <= new[] { begun!.Value.Training.DecayStart, settings.DecayStart, settings.Steps }.Min());

        using var journal = new FitJournal(channel, _options.MetricsCallback, workspace, resumed, run, device.ToString());
        var network = _options.Network.Create(_options.Scale, device, seed);
        try
        {
            if (initial is not null)
                ModuleWeights.Restore(network, initial);
            var validation = validationSets.ConvertAll(set => (set.Name, Photos: new ValidationPhotos(
                set.Rows, dataSettings with { Degradation = set.Degradation }, _options.SamplingOrDefault(seed), new("validation", journal.Warn))));
            using var dataset = PatchDataset.Open(
                trainingRows, _options.TrainingData(seed), resumed?.Progress.Position ?? default, new("training", journal.Warn), _options.CancellationToken);
            journal.Info($"Training on {dataset.Photos} images, device {device}, seed {seed}{(resumed is null ? "" : $", from step {resumed.Progress.Step} of {workspace!.Folder}")}.");

            var hooks = new TrainingHooks
            {
                Report = metrics =>
                {
                    Continue();
                    journal.Add(metrics);
                },
                Validate = validation.Count == 0 ? null : step =>
                {
                    var measured = validation.ConvertAll(set => (set.Name, Result: set.Photos.Measure(network)));
                    journal.AddPreview(step, [.. measured.SelectMany(set => set.Result.Previews)]);
                    return measured.ConvertAll(set => new ValidationScore(set.Name, set.Result.Psnr, set.Result.Ssim));
                },
                KeepBest = name => journal.KeepBest(name, Transformer(seed, network).Save),
                Save = workspace is null ? null : journal.Keep,
                SavePlateau = workspace is null ? null : journal.KeepPlateau,
                SaveEverySteps = _options.CheckpointEverySteps,
            };
            using var trainer = workspace is null ? Prepare() : workspace.Reading(Prepare);
            if (resumed is null && initial is null)
                trainer.Calibrate();
            try
            {
                trainer.Run(_options.CancellationToken);
            }
            catch (OperationCanceledException)
            {
                journal.Flush($"canceled at step {trainer.Progress.Step} of {settings.Steps}");
                throw;
            }
            if (trainer.StopsEarly)
                journal.Info($"Stopped early at step {trainer.Progress.Step}: no validation was better than {trainer.Progress.BestPsnr:0.00} dB in the last {trainer.Progress.ValidationsWithoutGain}.");
            journal.Flush($"finished at step {trainer.Progress.Step} of {settings.Steps}");
            var transformer = Transformer(seed, network);
            transformer.GetOutputSchema(input.Schema);
            return transformer;

            Trainer Prepare() => new(network, dataset, settings, seed, hooks, run, resumed, _options.Pairs);
        }
        finally
        {
            network.Dispose();
        }

    }

    /// <summary>The columns after this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or holds no images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new SuperResolutionSchema(_options.OutputColumnName, _options.InputOrOutputColumnName, _options.Scale)
        {
            // The shape has the annotations' types only: any seed will do.
            Model = Describe(seed: 0),
            MaskColumnName = _options.MaskColumnName,
        }.Extend(inputSchema);
    }

    void Continue()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        MLNetInternals.ThrowIfCanceled(_host);
    }

    (IPhotoSource Training, List<(string Name, IPhotoSource Rows, DegradationSettings Degradation)> Validation) Split(PhotoSource photos, int seed)
    {
        if (_options.ValidationSets.Count > 0)
            return (photos, [.. _options.ValidationSets.Select(set => (
                set.Name,
                (IPhotoSource)new PhotoSource(set.Data, _options.InputOrOutputColumnName, set.TargetColumnName),
                set.Degradation ?? _options.Degradation))]);
        if (_options.ValidationFraction == 0)
            return (photos, []);

        var (training, validation) = HeldBack.Divide(photos.Count, _options.ValidationFraction, seed);
        return (new PhotoSubset(photos, training), [("validation", new PhotoSubset(photos, validation), _options.Degradation)]);
    }

    DreamSuperResolutionTransformer Transformer(int seed, SuperResolutionNetwork network) => new(
        _host, _options.OutputColumnName, _options.InputOrOutputColumnName,
        new SuperResolutionModel(Describe(seed), ModuleWeights.Collect(network), $"{network.parameters().First().device}"),
        _options.MaskColumnName);

    ModelDescription Describe(int seed) => new()
    {
        Scale = _options.Scale,
        Network = _options.Network,
        Sampling = _options.SamplingOrDefault(seed),
        Degradation = _options.TargetColumnName is null && _options.Degradation != DegradationSettings.Bicubic ? _options.Degradation : null,
    };
}
