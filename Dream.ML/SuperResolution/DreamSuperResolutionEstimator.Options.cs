using Dream.ML.Diffusion;
using Dream.ML.Diffusion.Sampling;
using Dream.ML.Inference;
using Dream.ML.Networks;
using Dream.ML.Runtime;
using Dream.ML.Training;

namespace Dream.ML.SuperResolution;

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

        /// <summary>Output size over input size, 2 to 8.</summary>
        /// <value>4.</value>
        public int Scale { get; init; } = 4;

        /// <summary>Which network to train, and its size.</summary>
        /// <value>A <see cref="CompactSettings"/> with its defaults.</value>
        public NetworkSettings Network { get; init; } = new CompactSettings();

        /// <summary>
        /// DREAM's power p in [0, ∞] (Zhou et al. 2024): 0 gives the least distortion and the softest pictures, larger values
        /// more texture; <see cref="double.PositiveInfinity"/> is standard diffusion training, without DREAM.
        /// </summary>
        /// <value>1, the paper's default.</value>
        public double DreamPower { get; init; } = 1;

        /// <summary>The distance that training minimises.</summary>
        /// <value><c>null</c>: what the network trains best with (L2 for Compact, L1 for SR3).</value>
        public DiffusionLoss? Loss { get; init; }

        /// <summary>Number of training updates, 1 to 100 million.</summary>
        /// <value>3,000: minutes on a CPU, enough for a first useful model.</value>
        public int TrainingSteps { get; init; } = 3000;

        /// <summary>Patches per training update, 1 to 4,096.</summary>
        /// <value>8.</value>
        public int TrainingBatchSize { get; init; } = 8;

        /// <summary>
        /// Side of a training patch in high-resolution pixels, 16 to 4,096 and a multiple of <see cref="Scale"/> (and, for SR3,
        /// of its coarsest pixel). Smaller images are left out of training.
        /// </summary>
        /// <value><c>null</c>: the multiple of the scale nearest to 48 from above, or the next one that the network can divide.</value>
        public int? PatchSize { get; init; }

        /// <summary>Peak learning rate of Adam, above 0 and up to 1; 50 steps of warm-up, then a cosine down to a twentieth.</summary>
        /// <value><c>null</c>: 2·10⁻³ for Compact, 10⁻⁴ for SR3.</value>
        public double? LearningRate { get; init; }

        /// <summary>Decay of the moving average of the weights (EMA), in [0, 1). The averaged weights are the ones kept.</summary>
        /// <value>0.999.</value>
        public double EmaDecay { get; init; } = 0.999;

        /// <summary>How upscaling turns noise into detail.</summary>
        /// <value><see cref="SamplerKind.Ddim"/>.</value>
        public SamplerKind Sampler { get; init; } = SamplerKind.Ddim;

        /// <summary>
        /// Network runs per upscaled image, up to 10,000. Compact also takes 0: its first guess alone, closest to the original
        /// pixel by pixel. More steps add detail and take longer.
        /// </summary>
        /// <value><c>null</c>: 4 for Compact, 100 for SR3.</value>
        public int? SamplingSteps { get; init; }

        /// <summary>Randomness η of the DDIM sampler in [0, 1]: 0 is deterministic, 1 close to ancestral sampling.</summary>
        /// <value>0.</value>
        public double Eta { get; init; }

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

        internal int PatchSizeOrDefault => PatchSize ?? (DefaultPatchSize + PatchUnit - 1) / PatchUnit * PatchUnit;

        internal double LearningRateOrDefault => LearningRate ?? Network.DefaultLearningRate;

        internal SamplingSettings Sampling(int seed) => new()
        {
            Sampler = Sampler,
            Steps = SamplingSteps ?? Network.DefaultSamplingSteps,
            Eta = Eta,
            Seed = seed,
        };

        int PatchUnit => Network.PatchUnit(Scale);

        /// <exception cref="ArgumentException">The message names the option, its value and its range.</exception>
        internal void Validate()
        {
            ArgumentException.ThrowIfNullOrEmpty(OutputColumnName);
            ArgumentNullException.ThrowIfNull(Network);
            Require(InputColumnName != "", nameof(InputColumnName), InputColumnName, "a column name, or null");
            Network.Validate(Scale);
            Require(DreamPower >= 0, nameof(DreamPower), DreamPower, "in [0, ∞]");
            Require(Loss is null || Enum.IsDefined(Loss.Value), nameof(Loss), Loss, "L1, L2 or null");
            Require(TrainingSteps is >= 1 and <= 100_000_000, nameof(TrainingSteps), TrainingSteps, "from 1 to 100,000,000");
            Require(TrainingBatchSize is >= 1 and <= 4096, nameof(TrainingBatchSize), TrainingBatchSize, "from 1 to 4,096");
            Require(PatchSize is null || PatchSize is >= 16 and <= 4096 && PatchSize % PatchUnit == 0,
                nameof(PatchSize), PatchSize, $"a multiple of {PatchUnit} from 16 to 4,096");
            Require(LearningRate is null or > 0 and <= 1, nameof(LearningRate), LearningRate, "above 0 and at most 1");
            Require(EmaDecay is >= 0 and < 1, nameof(EmaDecay), EmaDecay, "in [0, 1)");
            Sampling(seed: 0).Validate(Network);
            Require(BatchSize is >= 1 and <= 1024, nameof(BatchSize), BatchSize, "from 1 to 1,024");
            Require(DreamRuntime.IsDeviceName(Device), nameof(Device), Device, "cpu, cuda, cuda:N or null");
        }

        static void Require(bool holds, string option, object? value, string range)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(option, value, $"{option} must be {range}.");
        }
    }
}
