using Dream.ML.Networks;
using Dream.ML.Training;
using Dream.ML.Training.Data;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

public sealed partial class DreamSuperResolutionEstimator
{
    /// <summary>Everything that can be chosen. Only <see cref="OutputColumnName"/> has no default.</summary>
    public sealed class Options
    {
        const int DefaultPatchSize = 48;

        /// <summary>Name of the column that the upscaled images go to.</summary>
        public required string OutputColumnName { get; init; }

        /// <summary>
        /// Name of the image column to read: high-resolution photos when fitting, images to upscale when transforming.
        /// </summary>
        /// <value><c>null</c>: the same as <see cref="OutputColumnName"/>.</value>
        public string? InputColumnName { get; init; }

        /// <summary>
        /// Name of an image column with the high-resolution side of real pairs. Then the input column holds the low-resolution
        /// side when fitting, and each target must be exactly <see cref="Scale"/> times as wide and high as its input.
        /// </summary>
        /// <value><c>null</c>: low-resolution images are made from the photos of the input column.</value>
        public string? TargetColumnName { get; init; }

        /// <summary>Output size over input size, 2 to 8.</summary>
        /// <value>4.</value>
        public int Scale { get; init; } = 4;

        /// <summary>How low-resolution images are made from the photos that training reads.</summary>
        /// <value><see cref="DegradationSettings.Bicubic"/>: antialiased bicubic reduction and nothing else.</value>
        public DegradationSettings Degradation { get; init; } = DegradationSettings.Bicubic;

        /// <summary>Which network to train, and its size.</summary>
        /// <value>A <see cref="CompactSettings"/> with its defaults.</value>
        public NetworkSettings Network { get; init; } = new CompactSettings();

        /// <summary>
        /// DREAM's power p in [0, ∞] (Zhou et al. 2024): 0 gives the least distortion and the softest pictures, larger values
        /// more texture; <see cref="double.PositiveInfinity"/> is standard diffusion training, without DREAM.
        /// </summary>
        /// <value>1, the paper's default.</value>
        public double DreamPower { get; init; } = 1;

        /// <summary>The distance that training minimizes.</summary>
        /// <value><c>null</c>: what the network trains best with (L2 for Compact, L1 for SR3).</value>
        public DiffusionLoss? Loss { get; init; }

        /// <summary>
        /// Number of training updates, 1 to 100 million. A run in a workspace can be resumed with more than before where the
        /// learning rate stays: with another <see cref="LearningRateDecay"/> than <see cref="LearningRateDecay.Cosine"/>.
        /// </summary>
        /// <value>2,000: minutes on a CPU, enough for a first useful model.</value>
        public int TrainingSteps { get; init; } = 2000;

        /// <summary>
        /// Updates, fewer than <see cref="TrainingSteps"/>, that Compact begins with: it learns its initial prediction alone, in about half
        /// the time of other updates; diffusion and DREAM join afterwards (SRDiff, Li et al. 2022, trains its encoder first
        /// likewise). SR3 makes no initial prediction and takes only 0.
        /// </summary>
        /// <value><c>null</c>: half of the updates for Compact with fresh weights, else 0; as it began when a run is resumed.</value>
        public int? PretrainingSteps { get; init; }

        /// <summary>Patches per training update, 1 to 4,096.</summary>
        /// <value>8.</value>
        public int TrainingBatchSize { get; init; } = 8;

        /// <summary>
        /// Side of a training patch in high-resolution pixels, 16 to 4,096 and a multiple of <see cref="Scale"/> (and, for SR3,
        /// of its coarsest pixel). Smaller images are left out of training.
        /// </summary>
        /// <value><c>null</c>: the multiple of the scale nearest to 48 from above, or the next one that the network can divide.</value>
        public int? PatchSize { get; init; }

        /// <summary>Peak learning rate of Adam, above 0 and up to 1.</summary>
        /// <value><c>null</c>: 2·10⁻³ for Compact, 10⁻⁴ for SR3.</value>
        public double? LearningRate { get; init; }

        /// <summary>What the learning rate does after its warm-up.</summary>
        /// <value><see cref="LearningRateDecay.Cosine"/>: down to a twentieth at the last update.</value>
        public LearningRateDecay LearningRateDecay { get; init; } = LearningRateDecay.Cosine;

        /// <summary>Share of the updates, in (0, 1], at whose end <see cref="LearningRateDecay.Cooldown"/> has brought the rate down.</summary>
        /// <value>0.25.</value>
        public double CooldownShare { get; init; } = 0.25;

        /// <summary>Updates over which the learning rate rises from 0 to its peak, 0 to 1 million.</summary>
        /// <value>50.</value>
        public int WarmupSteps { get; init; } = 50;

        /// <summary>Decoupled weight decay in [0, 1]: above 0 the optimizer is AdamW.</summary>
        /// <value>0: Adam.</value>
        public double WeightDecay { get; init; }

        /// <summary>Longest gradient; longer ones are shortened to it. Above 0; infinity never shortens.</summary>
        /// <value>1.</value>
        public double GradientClip { get; init; } = 1;

        /// <summary>
        /// Batches whose gradients are added up for one update, 1 to 4,096: the memory of one batch, the effect of
        /// <see cref="TrainingBatchSize"/> times as many patches.
        /// </summary>
        /// <value>1.</value>
        public int GradientAccumulation { get; init; } = 1;

        /// <summary>γ of Min-SNR loss weights (Hang et al. 2023), above 0; the paper's value is 5.</summary>
        /// <value><c>null</c>: every noise level weighs the same.</value>
        public double? MinSnrGamma { get; init; }

        /// <summary>
        /// Whether all patches of an update share one noise level, as in the authors' code. A level for each patch gives
        /// steadier gradients.
        /// </summary>
        /// <value><c>false</c>.</value>
        public bool NoiseLevelPerBatch { get; init; }

        /// <summary>Decay of the moving average of the weights (EMA), in [0, 1). The averaged weights are the ones kept.</summary>
        /// <value>0.999.</value>
        public double EmaDecay { get; init; } = 0.999;

        /// <summary>The numbers that training multiplies. Models upscale with 32 bits in any case.</summary>
        /// <value>
        /// <c>null</c>: <see cref="TrainingPrecision.BFloat16"/> for Compact on a CPU that is faster with it (AMX), else
        /// <see cref="TrainingPrecision.Float32"/>; as it began when a run is resumed, which may
        /// go on with the other one.
        /// </value>
        public TrainingPrecision? Precision { get; init; }

        /// <summary>
        /// Pixels, in megabytes, that training holds in memory, 16 to 1 million. Photos that fit are all held; of more photos,
        /// a block at a time is decoded ahead in the background.
        /// </summary>
        /// <value>256.</value>
        public int PatchBufferMB { get; init; } = 256;

        /// <summary>Threads that decode photos, 1 to 256. The outcome does not depend on it.</summary>
        /// <value><c>null</c>: half the processors.</value>
        public int? DecodingThreads { get; init; }

        /// <summary>
        /// Photos to validate on. The first set decides which weights are kept and when training stops early; with a workspace,
        /// <c>best-NAME.safetensors</c> there is the model that was best on the set of that name.
        /// </summary>
        /// <value>None: see <see cref="ValidationFraction"/>.</value>
        public IReadOnlyList<ValidationSet> ValidationSets { get; init; } = [];

        /// <summary>Share of the rows, in [0, 1), kept out of training to validate on when there are no <see cref="ValidationSets"/>.</summary>
        /// <value>0: no validation.</value>
        public double ValidationFraction { get; init; }

        /// <summary>
        /// Updates between validations, at least 1: the middle of up to 16 photos is upscaled and PSNR and SSIM are measured.
        /// The weights of the best validation behind pretraining are the ones kept.
        /// </summary>
        /// <value>500.</value>
        public int ValidationEverySteps { get; init; } = 500;

        /// <summary>Validations behind pretraining without a better PSNR after which training stops, at least 1.</summary>
        /// <value><c>null</c>: never.</value>
        public int? EarlyStoppingPatience { get; init; }

        /// <summary>
        /// Folder for the run's checkpoints. <c>Fit</c> with the same options and data goes on where an earlier one was stopped,
        /// by whatever means; other options are refused.
        /// </summary>
        /// <value><c>null</c>: nothing is kept.</value>
        public string? WorkspacePath { get; init; }

        /// <summary>Updates between checkpoints, at least 1. There is also one at the end and one when training is canceled.</summary>
        /// <value>500.</value>
        public int CheckpointEverySteps { get; init; } = 500;

        /// <summary>A fitted or loaded model of the same network and scale to train further, on photos of one's own, say.</summary>
        /// <value><c>null</c>: fresh weights.</value>
        public DreamSuperResolutionTransformer? InitialModel { get; init; }

        /// <summary>A safetensors file with the weights to start from, as <see cref="DreamSuperResolutionTransformer.Save(Stream)"/> writes.</summary>
        /// <value><c>null</c>: fresh weights.</value>
        public string? InitialWeightsPath { get; init; }

        /// <summary>How the model upscales.</summary>
        /// <value>The defaults of <see cref="SamplingSettings"/>.</value>
        public SamplingSettings Sampling { get; init; } = new();

        /// <summary>
        /// Images of equal size that upscaling sends through the network together, 1 to 1,024. With 1, results are identical to
        /// the byte however an image is reached; larger batches help a GPU with small images and may round a byte differently.
        /// </summary>
        /// <value>1.</value>
        public int BatchSize { get; init; } = 1;

        /// <summary>Seed of training and of the noise that upscaling starts from.</summary>
        /// <value><c>null</c>: follows from the seed of the <c>MLContext</c>.</value>
        public int? Seed { get; init; }

        /// <summary>Where to compute: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
        /// <value><c>null</c>: the context's <c>GpuDeviceId</c> where set, otherwise a GPU when there is one, otherwise the CPU.</value>
        public string? Device { get; init; }

        /// <summary>Called after every training update, on the training thread.</summary>
        public Action<DreamTrainingMetrics>? MetricsCallback { get; init; }

        /// <summary>Stops training before the next update.</summary>
        public CancellationToken CancellationToken { get; init; }

        internal string InputOrOutputColumnName => InputColumnName ?? OutputColumnName;

        int PatchSizeOrDefault => PatchSize ?? (DefaultPatchSize + PatchUnit - 1) / PatchUnit * PatchUnit;

        /// <summary>What decides the outcome of training.</summary>
        /// <param name="begun">What of it a run that is resumed began with.</param>
        /// <param name="drawSeed">Makes a seed where neither the options nor the run have one.</param>
        /// <param name="isCpu">Whether a CPU trains.</param>
        internal TrainingSettings Training(TrainingSettings? begun, Func<int> drawSeed, bool isCpu) => new()
        {
            Steps = TrainingSteps,
            PretrainingSteps = PretrainingSteps ?? begun?.PretrainingSteps ?? (StartsFresh && Network.MakesInitialPrediction ? TrainingSteps / 2 : 0),
            BatchSize = TrainingBatchSize,
            GradientAccumulation = GradientAccumulation,
            PatchSize = PatchSizeOrDefault,
            LearningRate = LearningRate ?? Network.DefaultLearningRate,
            LearningRateDecay = LearningRateDecay,
            CooldownShare = CooldownShare,
            WarmupSteps = WarmupSteps,
            WeightDecay = WeightDecay,
            GradientClip = GradientClip,
            EmaDecay = EmaDecay,
            DreamPower = DreamPower,
            Loss = Loss,
            MinSnrGamma = MinSnrGamma,
            NoiseLevelPerBatch = NoiseLevelPerBatch,
            ValidationEverySteps = ValidationEverySteps,
            EarlyStoppingPatience = EarlyStoppingPatience,
            Precision = Precision ?? begun?.Precision ?? (Network.HasBFloat16 && isCpu ? TrainingPrecisions.Fastest : TrainingPrecision.Float32),
            Seed = Seed ?? begun?.Seed ?? drawSeed(),
        };

        internal DataSettings Feed(int seed) => new()
        {
            Scale = Scale,
            Degradation = Degradation,
            PatchSize = PatchSizeOrDefault,
            Seed = seed,
            ByteBudget = (long)PatchBufferMB << 20,
            DecodingThreads = DecodingThreads ?? Math.Max(1, Environment.ProcessorCount / 2),
        };

        internal SamplingSettings SamplingOrDefault(int seed) => Sampling.Or(new()
        {
            Steps = Network.DefaultSamplingSteps,
            Seed = seed,
            ColorFidelity = Degradation == DegradationSettings.Bicubic && TargetColumnName is null,
        });

        bool StartsFresh => InitialModel is null && InitialWeightsPath is null;

        int PatchUnit => Network.PatchUnit(Scale);

        /// <exception cref="ArgumentException">The message names the option, its value and its range.</exception>
        internal void Validate()
        {
            ArgumentException.ThrowIfNullOrEmpty(OutputColumnName);
            ArgumentNullException.ThrowIfNull(Network);
            Require(InputColumnName != "", nameof(InputColumnName), InputColumnName, "a column name, or null");
            Network.Validate(Scale);
            ArgumentNullException.ThrowIfNull(Degradation);
            Degradation.Validate();
            Require(DreamPower >= 0, nameof(DreamPower), DreamPower, "in [0, ∞]");
            Require(Loss is null || Enum.IsDefined(Loss.Value), nameof(Loss), Loss, "L1, L2 or null");
            Require(TrainingSteps is >= 1 and <= 100_000_000, nameof(TrainingSteps), TrainingSteps, "from 1 to 100,000,000");
            Require(PretrainingSteps is null or 0 || Network.MakesInitialPrediction && PretrainingSteps > 0 && PretrainingSteps < TrainingSteps,
                nameof(PretrainingSteps), PretrainingSteps, Network.MakesInitialPrediction ? $"from 0 to {TrainingSteps - 1}, or null" : "0 or null for this network");
            Require(TrainingBatchSize is >= 1 and <= 4096, nameof(TrainingBatchSize), TrainingBatchSize, "from 1 to 4,096");
            Require(PatchSize is null || PatchSize is >= 16 and <= 4096 && PatchSize % PatchUnit == 0,
                nameof(PatchSize), PatchSize, $"a multiple of {PatchUnit} from 16 to 4,096");
            Require(LearningRate is null or > 0 and <= 1, nameof(LearningRate), LearningRate, "above 0 and at most 1");
            Require(Enum.IsDefined(LearningRateDecay), nameof(LearningRateDecay), LearningRateDecay, "Cosine, Constant or Cooldown");
            Require(CooldownShare is > 0 and <= 1, nameof(CooldownShare), CooldownShare, "above 0 and at most 1");
            Require(WarmupSteps is >= 0 and <= 1_000_000, nameof(WarmupSteps), WarmupSteps, "from 0 to 1,000,000");
            Require(WeightDecay is >= 0 and <= 1, nameof(WeightDecay), WeightDecay, "in [0, 1]");
            Require(GradientClip > 0, nameof(GradientClip), GradientClip, "above 0");
            Require(GradientAccumulation is >= 1 and <= 4096, nameof(GradientAccumulation), GradientAccumulation, "from 1 to 4,096");
            Require(MinSnrGamma is null or > 0, nameof(MinSnrGamma), MinSnrGamma, "above 0, or null");
            Require(PatchBufferMB is >= 16 and <= 1_000_000, nameof(PatchBufferMB), PatchBufferMB, "from 16 to 1,000,000");
            Require(Precision is null or TrainingPrecision.Float32 || Precision is TrainingPrecision.BFloat16 && Network.HasBFloat16,
                nameof(Precision), Precision, Network.HasBFloat16 ? "Float32, BFloat16 or null" : "Float32 or null for this network");
            Require(DecodingThreads is null or >= 1 and <= 256, nameof(DecodingThreads), DecodingThreads, "from 1 to 256, or null");
            Require(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "in [0, 1)");
            Require(ValidationEverySteps >= 1, nameof(ValidationEverySteps), ValidationEverySteps, "at least 1");
            Require(EarlyStoppingPatience is null or >= 1, nameof(EarlyStoppingPatience), EarlyStoppingPatience, "at least 1, or null");
            Require(EarlyStoppingPatience is null || ValidationSets.Count > 0 || ValidationFraction > 0,
                nameof(EarlyStoppingPatience), EarlyStoppingPatience, "null without ValidationSets or a ValidationFraction");
            Require(ValidationSets.All(set => set.Name.Length > 0 && set.Name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0)
                && ValidationSets.DistinctBy(set => set.Name, StringComparer.OrdinalIgnoreCase).Count() == ValidationSets.Count,
                nameof(ValidationSets), string.Join(", ", ValidationSets.Select(set => $"'{set.Name}'")), "sets with names of their own that a file can have");
            foreach (var set in ValidationSets)
                set.Degradation?.Validate();
            Require(CheckpointEverySteps >= 1, nameof(CheckpointEverySteps), CheckpointEverySteps, "at least 1");
            Require(WorkspacePath != "", nameof(WorkspacePath), WorkspacePath, "a folder, or null");
            Require(InitialModel is null || InitialWeightsPath is null, nameof(InitialWeightsPath), InitialWeightsPath, "null when InitialModel is set");
            Require(TargetColumnName != "", nameof(TargetColumnName), TargetColumnName, "a column name, or null");
            Require(EmaDecay is >= 0 and < 1, nameof(EmaDecay), EmaDecay, "in [0, 1)");
            Sampling.Validate(Network);
            Require(BatchSize is >= 1 and <= 1024, nameof(BatchSize), BatchSize, "from 1 to 1,024");
            Require(DreamRuntime.IsDeviceName(Device), nameof(Device), Device, "cpu, cuda, cuda:N or null");
        }
    }
}
