using System.CommandLine;
using Dream.ML.Networks.Compact;
using Dream.ML.Networks.Sr3;
using Dream.ML.Samples.Photos;
using Dream.ML.Training;

namespace Dream.ML.Samples.Commands;

/// <summary>The estimator's options as flags of a command.</summary>
sealed class TrainingFlags
{
    const string CompactNetwork = "compact";
    const string Sr3Network = "sr3";

    static readonly DreamSuperResolutionEstimator.Options Defaults = new() { OutputColumnName = "Upscaled" };
    static readonly CompactSettings Compact = new();

    readonly Option<int> _steps = Flag("--steps", "Training updates.", Defaults.TrainingSteps);
    readonly Option<int?> _pretraining = Flag<int?>("--pretraining",
        "Updates that compact begins with, learning its initial prediction alone; half of all for fresh weights unless given.");
    readonly Option<int> _seed = Flag("--seed", "Makes a run repeatable.", 1);
    readonly Option<string?> _device = new("--device")
    {
        Description = "Where to train: cpu, cuda or cuda:N. A GPU when there is one, unless given.",
    };
    readonly Option<double> _dreamPower = new("--dream-power")
    {
        Description = "DREAM's power p: 0 is closest to the original, more is more texture, inf is without DREAM.",
        HelpName = "number or inf",
        DefaultValueFactory = _ => Defaults.DreamPower,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text.Equals("inf", StringComparison.OrdinalIgnoreCase))
                return double.PositiveInfinity;
            if (!DecimalPoint.TryRead<double>(text, out var power))
                result.AddError($"--dream-power takes a number or inf, not '{text}'.");
            return power;
        },
    };
    readonly Option<int> _batch = Flag("--batch", "Patches per update.", Defaults.TrainingBatchSize);
    readonly Option<int?> _patch =
        Flag<int?>("--patch", "Side of a patch in high-resolution pixels; about 48 unless given.");
    readonly Option<double?> _learningRate =
        Flag<double?>("--learning-rate", "Peak learning rate; 0.002 for compact and 0.0001 for sr3 unless given.");
    readonly Option<double> _ema = Flag("--ema", "Decay of the moving average of the weights.", Defaults.EmaDecay);
    readonly Option<DiffusionLoss?> _loss =
        Flag<DiffusionLoss?>("--loss", "L2 for compact and L1 for sr3 unless given.");
    readonly Option<string> _network =
        Flag("--network", "compact trains in minutes on a CPU; sr3 is the paper's, for days on a GPU.", CompactNetwork);
    readonly Option<int> _channels = Flag("--channels", "Channels of every layer (compact).", Compact.Channels);
    readonly Option<int> _encoderBlocks =
        Flag("--encoder-blocks", "Blocks that read the input (compact).", Compact.EncoderBlocks);
    readonly Option<int> _denoiserBlocks =
        Flag("--denoiser-blocks", "Blocks that denoise, run once a sampling step (compact).", Compact.DenoiserBlocks);
    readonly Option<Sampler> _sampler = new("--sampler")
    {
        Description = $"How noise becomes detail: {string.Join(", ", Sampler.Names)}; Ddim(0.5) is Ddim with randomness.",
        HelpName = "sampler",
        DefaultValueFactory = _ => Defaults.Sampling.Sampler,
        CustomParser = result =>
        {
            try
            {
                return Sampler.Parse(result.Tokens[0].Value);
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                result.AddError($"--sampler: {e.Message}");
                return null;
            }
        },
    };
    readonly Option<int?> _samplingSteps = Flag<int?>("--sampling-steps",
        "Network runs per image; 1 for compact, where 0 gives its initial prediction, and 100 for sr3 unless given.");
    readonly Option<string?> _workspace = Flag<string?>("--workspace",
        "Folder for checkpoints, with which the same command resumes a run that was stopped, and for the report; until the model is written, one beside it unless given.");
    readonly Option<int> _checkpointEvery = Flag("--checkpoint-every", "Updates between checkpoints.", Defaults.CheckpointEverySteps);
    readonly Option<double> _validation =
        Flag("--validation", "Share of the photos to validate on, not trained on.", Defaults.ValidationFraction);
    readonly Option<DirectoryInfo?> _validationPairs = new("--validation-pairs")
    {
        Description = "Real pairs to validate on: a folder with LR and HR in it, and files of the same names there.",
    };
    readonly Option<DirectoryInfo?> _validationPhotos = new("--validation-photos")
    {
        Description = "Photos to validate on, reduced by bicubic interpolation.",
    };
    readonly Option<int> _validateEvery = Flag("--validate-every", "Updates between validations.", Defaults.ValidationEverySteps);
    readonly Option<int?> _patience = Flag<int?>("--patience", "Validations without gain after which training stops.");
    readonly Option<int> _accumulate =
        Flag("--accumulate", "Batches gathered for one update.", Defaults.GradientAccumulation);
    readonly Option<double> _weightDecay = Flag("--weight-decay", "AdamW's weight decay.", Defaults.WeightDecay);
    readonly Option<int> _warmup = Flag("--warmup", "Updates until the peak learning rate.", Defaults.WarmupSteps);
    readonly Option<LearningRateDecay> _decay =
        Flag("--decay", "The learning rate after its warm-up.", Defaults.LearningRateDecay);
    readonly Option<double> _cooldown =
        Flag("--cooldown", "Share of the updates over which --decay Cooldown lowers the learning rate.", Defaults.CooldownShare);
    readonly Option<TrainingPrecision?> _precision = Flag<TrainingPrecision?>("--precision",
        "BFloat16 is faster on CPUs with matrix units, and the default there.");
    readonly Option<double> _clip = Flag("--clip", "Longest gradient.", Defaults.GradientClip);
    readonly Option<double?> _minSnr = Flag<double?>("--min-snr", "Min-SNR loss weights with this gamma, such as 5.");
    readonly Option<int> _bufferMB = Flag("--buffer-mb", "Megabytes of photos to hold.", Defaults.PatchBufferMB);
    readonly Option<int?> _decodingThreads =
        Flag<int?>("--decoding-threads", "Threads that decode photos; half the processors unless given.");
    readonly Option<FileInfo> _from =
        Flag<FileInfo>("--from", "A model to train further: one that training wrote (.zip), or .safetensors.").AcceptExistingOnly();
    readonly Option<bool> _noColorFidelity = Flag<bool>(
        "--no-color-fidelity", "Leaves results as sampled, without making them agree with their input when reduced.");

    readonly DegradationFlags _degradation;

    internal TrainingFlags(Command command)
    {
        _network.AcceptOnlyFromAmong(CompactNetwork, Sr3Network);
        Option[] compactOnly = [_pretraining, _channels, _encoderBlocks, _denoiserBlocks];
        Option[] all =
        [
            _steps, _seed, _device, _dreamPower, _batch, _patch, _learningRate, _ema, _loss,
            _network, .. compactOnly, _sampler, _samplingSteps, _noColorFidelity,
            _workspace, _checkpointEvery, _validation, _validationPairs, _validationPhotos, _validateEvery, _patience, _accumulate, _weightDecay, _warmup, _decay, _cooldown, _precision,
            _clip, _minSnr, _bufferMB, _decodingThreads, _from,
        ];
        foreach (var option in all)
            command.Add(option);
        _degradation = new(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_network) == Sr3Network)
                foreach (var option in compactOnly.Where(option => result.GetResult(option) is { Implicit: false }))
                    result.AddError($"{option.Name} belongs to --network {CompactNetwork}.");
        });
    }

    internal int Seed(ParseResult result) => result.GetValue(_seed);

    internal DreamSuperResolutionEstimator.Options Options(
        ParseResult result, int scale, Action<DreamTrainingMetrics> report, string workspace, CancellationToken cancellation)
    {
        var from = result.GetValue(_from);
        var fromWeights = from?.Extension.Equals(".safetensors", StringComparison.OrdinalIgnoreCase) is true;
        return new()
        {
            OutputColumnName = "Upscaled",
            InputColumnName = PhotoModel.ImageColumn,
            Scale = scale,
            Network = result.GetValue(_network) == Sr3Network ? new Sr3Settings() : new CompactSettings
            {
                Channels = result.GetValue(_channels),
                EncoderBlocks = result.GetValue(_encoderBlocks),
                DenoiserBlocks = result.GetValue(_denoiserBlocks),
            },
            DreamPower = result.GetValue(_dreamPower),
            Loss = result.GetValue(_loss),
            TrainingSteps = result.GetValue(_steps),
            PretrainingSteps = result.GetValue(_pretraining),
            TrainingBatchSize = result.GetValue(_batch),
            PatchSize = result.GetValue(_patch),
            LearningRate = result.GetValue(_learningRate),
            EmaDecay = result.GetValue(_ema),
            Sampling = new()
            {
                Sampler = result.GetRequiredValue(_sampler),
                Steps = result.GetValue(_samplingSteps),
                ColorFidelity = result.GetValue(_noColorFidelity) ? false : null,
            },
            WorkspacePath = result.GetValue(_workspace) ?? workspace,
            CheckpointEverySteps = result.GetValue(_checkpointEvery),
            ValidationFraction = result.GetValue(_validation),
            ValidationSets = [.. ValidationSets(result)],
            ValidationEverySteps = result.GetValue(_validateEvery),
            EarlyStoppingPatience = result.GetValue(_patience),
            GradientAccumulation = result.GetValue(_accumulate),
            WeightDecay = result.GetValue(_weightDecay),
            WarmupSteps = result.GetValue(_warmup),
            LearningRateDecay = result.GetValue(_decay),
            CooldownShare = result.GetValue(_cooldown),
            Precision = result.GetValue(_precision),
            Degradation = _degradation.Settings(result),
            GradientClip = result.GetValue(_clip),
            MinSnrGamma = result.GetValue(_minSnr),
            PatchBufferMB = result.GetValue(_bufferMB),
            DecodingThreads = result.GetValue(_decodingThreads),
            InitialModel = from is null || fromWeights ? null : PhotoModel.Load(from.FullName),
            InitialWeightsPath = fromWeights ? from!.FullName : null,
            Device = result.GetValue(_device),
            MetricsCallback = report,
            CancellationToken = cancellation,
        };
    }

    IEnumerable<ValidationSet> ValidationSets(ParseResult result)
    {
        if (result.GetValue(_validationPairs) is { } pairs)
            yield return new() { Name = "pairs", Data = PhotoModel.Pairs(pairs.FullName), TargetColumnName = PhotoModel.TargetColumn };
        if (result.GetValue(_validationPhotos) is { } photos)
            yield return new() { Name = "photos", Data = PhotoModel.Photos(photos.FullName), Degradation = DegradationSettings.Bicubic };
    }

    static Option<T> Flag<T>(string name, string description) => new(name) { Description = description };

    static Option<T> Flag<T>(string name, string description, T value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
