using System.CommandLine;
using System.CommandLine.Parsing;
using Dream.ML.Samples.Photos;
using FitOptions = Dream.ML.DreamSuperResolutionEstimator.Options;

namespace Dream.ML.Samples.Commands;

/// <summary>The estimator's options as flags of a command.</summary>
sealed class TrainingFlags
{
    const string CompactNetwork = "compact";
    const string ImplicitNetwork = "implicit";
    const string Sr3Network = "sr3";

    readonly SettingFlags<TrainingSettings> _training = new(() => new())
    {
        { "--steps", s => s.Steps, "Training updates." },
        { "--pretraining", s => s.PretrainingSteps, "Updates that compact begins with, learning its initial prediction alone; half of all for fresh weights unless given." },
        { "--dream-power", s => s.DreamPower, "DREAM's power p: 0 is closest to the original, more is more texture, inf is without DREAM.", ParsePower, "number or inf" },
        { "--batch", s => s.BatchSize, "Patches per update." },
        { "--accumulate", s => s.GradientAccumulation, "Batches gathered for one update." },
        { "--patch", s => s.PatchSize, "Side of a patch in high-resolution pixels; about 48 unless given." },
        { "--learning-rate", s => s.LearningRate, "Peak learning rate; 0.002 for compact and 0.0001 for sr3 unless given, a tenth of it with --from." },
        { "--warmup", s => s.WarmupSteps, "Updates until the peak learning rate." },
        { "--decay", s => s.LearningRateDecay, "The learning rate after its warm-up." },
        { "--cooldown", s => s.CooldownShare, "Share of the updates over which --decay Cooldown lowers the learning rate." },
        { "--weight-decay", s => s.WeightDecay, "AdamW's weight decay." },
        { "--clip", s => s.GradientClip, "Longest gradient." },
        { "--ema", s => s.EmaDecay, "Decay of the moving average of the weights." },
        { "--loss", s => s.Loss, "L2 for compact and L1 for sr3 unless given." },
        { "--min-snr", s => s.MinSnrGamma, "Min-SNR loss weights with this gamma, such as 5." },
        { "--precision", s => s.Precision, "BFloat16 is faster on CPUs with matrix units, and the default there." },
        { "--buffer-mb", s => s.PatchBufferMB, "Megabytes of photos to hold." },
        { "--decoding-threads", s => s.DecodingThreads, "Threads that decode photos; half the processors unless given." },
        { "--validate-every", s => s.ValidationEverySteps, "Updates between validations." },
        { "--patience", s => s.EarlyStoppingPatience, "Validations without gain after which training stops." },
    };
    readonly SettingFlags<CompactSettings> _compact = new(() => new())
    {
        { "--channels", s => s.Channels, "Channels of every layer (compact)." },
        { "--encoder-blocks", s => s.EncoderBlocks, "Blocks that read the input (compact)." },
        { "--denoiser-blocks", s => s.DenoiserBlocks, "Blocks that denoise, run once a sampling step (compact)." },
        { "--process", s => s.Process, "How the signal becomes noise and back (compact)." },
    };
    readonly SettingFlags<SamplingSettings> _sampling = new(() => new())
    {
        { "--sampler", s => s.Sampler, $"How noise becomes detail: {string.Join(", ", Sampler.Names)}; Ddim(0.5) is Ddim with randomness.", ParseSampler, "sampler" },
        { "--detail", s => s.Detail, "What the model uses unless told otherwise: 0 closest to the original, 0.5 as it samples, 1 sharpest." },
        { "--sampling-steps", s => s.Steps, "Network runs per image; 1 for compact, where 0 gives its initial prediction, and 100 for sr3 unless given." },
    };
    readonly SettingFlags<FitOptions> _options = new(() => new() { OutputColumnName = "Upscaled" })
    {
        { "--device", s => s.Device, "Where to train: cpu, cuda or cuda:N. A GPU when there is one, unless given." },
        { "--workspace", s => s.WorkspacePath, "Folder for checkpoints, with which the same command resumes a run that was stopped, and for the report; until the model is written, one beside it unless given." },
        { "--checkpoint-every", s => s.CheckpointEverySteps, "Updates between checkpoints." },
        { "--validation", s => s.ValidationFraction, "Share of the photos to validate on, not trained on." },
    };
    readonly DegradationFlags _degradation = new();
    readonly Option<int> _seed = new("--seed") { Description = "Makes a run repeatable.", DefaultValueFactory = _ => 1 };
    readonly Option<string> _network = new Option<string>("--network")
    {
        Description = "compact trains in minutes on a CPU; implicit is compact for every scale from 1 to 8 at once; sr3 is the paper's, for days on a GPU.",
        DefaultValueFactory = _ => CompactNetwork,
    }.AcceptOnlyFromAmong(CompactNetwork, ImplicitNetwork, Sr3Network);
    readonly Option<bool> _noColorFidelity = new("--no-color-fidelity")
    {
        Description = "Leaves results as sampled, without making them agree with their input when reduced.",
    };
    readonly Option<DirectoryInfo?> _validationPairs = new("--validation-pairs")
    {
        Description = "Real pairs to validate on: a folder with LR and HR in it, and files of the same names there.",
    };
    readonly Option<DirectoryInfo?> _validationPhotos = new("--validation-photos")
    {
        Description = "Photos to validate on, reduced by bicubic interpolation.",
    };
    readonly Option<string?> _from = new("--from")
    {
        HelpName = "model",
        Description = $"A model to train further: a ready-made one ({ModelChoice.Names}), or a file that training wrote. Network, scale and degradation follow from it.",
        Validators = { result => ModelChoice.Check(result, result.GetValueOrDefault<string?>()) },
        CompletionSources = { ModelChoice.All },
    };

    internal TrainingFlags(Command command)
    {
        foreach (var option in (Option[])
        [
            .. _training, _seed, _network, .. _compact, .. _sampling, _noColorFidelity, .. _options, _validationPairs, _validationPhotos, _from, .. _degradation.All,
        ])
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_network) == Sr3Network)
                foreach (var option in _compact.Append(_training.Single(option => option.Name == "--pretraining")))
                    if (result.GetResult(option) is { Implicit: false })
                        result.AddError($"{option.Name} belongs to --network {CompactNetwork} or {ImplicitNetwork}.");
        });
    }

    internal int Seed(ParseResult result) => result.GetValue(_seed);

    internal FitOptions Options(
        ParseResult result, int? scale, Action<DreamTrainingMetrics> report, string workspace, CancellationToken cancellation)
    {
        var options = _options.Apply(result, new()
        {
            OutputColumnName = "Upscaled",
            InputColumnName = PhotoModel.ImageColumn,
            Training = _training.Apply(result),
            Sampling = _sampling.Apply(result) with { ColorFidelity = result.GetValue(_noColorFidelity) ? false : null },
            ValidationSets = [.. ValidationSets(result)],
            WorkspacePath = workspace,
            InitialModel = result.GetValue(_from) is { } from ? ModelChoice.Named(from) : null,
            MetricsCallback = report,
            CancellationToken = cancellation,
        });
        if (scale is { } given)
            options = options with { Scale = given };
        if (_compact.Append(_network).Any(option => result.GetResult(option) is { Implicit: false }))
            options = options with { Network = Network(result) };
        var degradation = _degradation.Settings(result, options.Degradation);
        return options with { Degradation = degradation, MaskColumnName = degradation.MakesHoles ? PhotoModel.MaskColumn : null };
    }

    NetworkSettings Network(ParseResult result)
    {
        var compact = _compact.Apply(result);
        return result.GetValue(_network) switch
        {
            ImplicitNetwork => new ImplicitSettings
            {
                Channels = compact.Channels,
                EncoderBlocks = compact.EncoderBlocks,
                DenoiserBlocks = compact.DenoiserBlocks,
                Process = compact.Process,
            },
            Sr3Network => new Sr3Settings(),
            _ => compact,
        };
    }

    IEnumerable<ValidationSet> ValidationSets(ParseResult result)
    {
        if (result.GetValue(_validationPairs) is { } pairs)
            yield return new() { Name = "pairs", Data = PhotoModel.Pairs(Path.Combine(pairs.FullName, "LR"), Path.Combine(pairs.FullName, "HR")), TargetColumnName = PhotoModel.TargetColumn };
        if (result.GetValue(_validationPhotos) is { } photos)
            yield return new() { Name = "photos", Data = PhotoModel.Photos(photos.FullName), Degradation = DegradationSettings.Bicubic };
    }

    static Sampler ParseSampler(ArgumentResult result)
    {
        try
        {
            return Sampler.Parse(result.Tokens[0].Value);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            result.AddError($"--sampler: {e.Message}");
            return new Ddim();
        }
    }

    static double ParsePower(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Equals("inf", StringComparison.OrdinalIgnoreCase))
            return double.PositiveInfinity;
        if (!DecimalPoint.TryRead<double>(text, out var power))
            result.AddError($"--dream-power takes a number or inf, not '{text}'.");
        return power;
    }
}
