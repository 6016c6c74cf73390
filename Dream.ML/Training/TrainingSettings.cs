using System.Text.Json.Serialization;
using Dream.ML.Training;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

/// <summary>
/// How to train: all that decides the outcome besides data, network and seed. A run is resumed only with the settings
/// it began with.
/// </summary>
public sealed record TrainingSettings
{
    // Trained weights, shaken by the rate of fresh ones, would take long to come back to where they were.
    const double ShareOfTrainedWeights = 0.1;

    /// <summary>
    /// Number of training updates, 1 to 100 million. A run in a workspace can be resumed with more than before, or with fewer
    /// as long as its learning rate would not have begun to fall: with another <see cref="LearningRateDecay"/> than
    /// <see cref="LearningRateDecay.Cosine"/>.
    /// </summary>
    /// <value>2,000: minutes on a CPU, enough for a first useful model.</value>
    public int Steps { get; init => field = InRange(value, 1, 100_000_000); } = 2000;

    /// <summary>
    /// Updates, fewer than <see cref="Steps"/>, that Compact begins with: it learns its initial prediction alone, in about half
    /// the time of other updates; diffusion and DREAM join afterwards (SRDiff, Li et al. 2022, trains its encoder first
    /// likewise). SR3 makes no initial prediction and takes only 0.
    /// </summary>
    /// <value><c>null</c>: half of the updates for Compact with fresh weights, else 0; as it began when a run is resumed.</value>
    public int? PretrainingSteps { get; init => field = InRange(value, 0, 100_000_000); }

    /// <summary>Patches per training update, 1 to 4,096.</summary>
    /// <value>8.</value>
    public int BatchSize { get; init => field = InRange(value, 1, 4096); } = 8;

    /// <summary>
    /// Batches whose gradients are added up for one update, 1 to 4,096: the memory of one batch, the effect of
    /// <see cref="BatchSize"/> times as many patches.
    /// </summary>
    /// <value>1.</value>
    public int GradientAccumulation { get; init => field = InRange(value, 1, 4096); } = 1;

    /// <summary>
    /// Side of a training patch in high-resolution pixels, 16 to 4,096 and a multiple of the scale (and, for SR3, of its
    /// coarsest pixel). Smaller images are left out of training.
    /// </summary>
    /// <value>
    /// <c>null</c>: the multiple of the scale nearest to 48 from above, or the next one that the network can divide; 96 for a
    /// network of any scale, which trains on parts of it.
    /// </value>
    public int? PatchSize { get; init => field = InRange(value, 16, 4096); }

    /// <summary>Peak learning rate of Adam, above 0 and up to 1.</summary>
    /// <value><c>null</c>: 2·10⁻³ for Compact, 10⁻⁴ for SR3; a tenth of it where a model is trained further.</value>
    public double? LearningRate { get; init => field = Require(value, value is null or > 0 and <= 1, "above 0 and at most 1, or null"); }

    /// <summary>What the learning rate does after its warm-up.</summary>
    /// <value><see cref="LearningRateDecay.Cosine"/>: down to a twentieth at the last update.</value>
    public LearningRateDecay LearningRateDecay { get; init => field = Defined(value); }

    /// <summary>Share of the updates, in (0, 1], at whose end <see cref="LearningRateDecay.Cooldown"/> has brought the rate down.</summary>
    /// <value>0.25.</value>
    public double CooldownShare { get; init => field = Require(value, value is > 0 and <= 1, "above 0 and at most 1"); } = 0.25;

    /// <summary>Updates over which the learning rate rises from 0 to its peak, 0 to 1 million.</summary>
    /// <value>50.</value>
    public int WarmupSteps { get; init => field = InRange(value, 0, 1_000_000); } = 50;

    /// <summary>Decoupled weight decay in [0, 1]: above 0 the optimizer is AdamW.</summary>
    /// <value>0: Adam.</value>
    public double WeightDecay { get; init => field = InRange(value, 0, 1); }

    /// <summary>Longest gradient; longer ones are shortened to it. Above 0; infinity never shortens.</summary>
    /// <value>1.</value>
    public double GradientClip { get; init => field = Require(value, value > 0, "above 0"); } = 1;

    /// <summary>Decay of the moving average of the weights (EMA), in [0, 1). The averaged weights are the ones kept.</summary>
    /// <value>0.999.</value>
    public double EmaDecay { get; init => field = Require(value, value is >= 0 and < 1, "in [0, 1)"); } = 0.999;

    /// <summary>
    /// DREAM's power p in [0, ∞] (Zhou et al. 2024): 0 gives the least distortion and the softest pictures, larger values
    /// more texture; <see cref="double.PositiveInfinity"/> is standard diffusion training, without DREAM.
    /// </summary>
    /// <value>1, the paper's default.</value>
    public double DreamPower { get; init => field = Require(value, value >= 0, "in [0, ∞]"); } = 1;

    /// <summary>The distance that training minimizes.</summary>
    /// <value><c>null</c>: what the network trains best with (L2 for Compact, L1 for SR3).</value>
    public DiffusionLoss? Loss { get; init => field = Defined(value); }

    /// <summary>γ of Min-SNR loss weights (Hang et al. 2023), above 0; the paper's value is 5.</summary>
    /// <value><c>null</c>: every noise level weighs the same.</value>
    public double? MinSnrGamma { get; init => field = Require(value, value is null or > 0, "above 0, or null"); }

    /// <summary>
    /// Whether all patches of an update share one noise level, as in the authors' code. A level for each patch gives
    /// steadier gradients.
    /// </summary>
    /// <value><c>false</c>.</value>
    public bool NoiseLevelPerBatch { get; init; }

    /// <summary>The numbers that training multiplies. Models upscale with 32 bits in any case.</summary>
    /// <value>
    /// <c>null</c>: <see cref="TrainingPrecision.BFloat16"/> for Compact on a CPU that is faster with it (AMX), else
    /// <see cref="TrainingPrecision.Float32"/>; as it began when a run is resumed, which may
    /// continue with the other one.
    /// </value>
    public TrainingPrecision? Precision { get; init => field = Defined(value); }

    /// <summary>
    /// Pixels, in megabytes, that training holds in memory, 16 to 1 million. Photos that fit are all held; of more photos,
    /// a block at a time is decoded ahead in the background.
    /// </summary>
    /// <value>256.</value>
    public int PatchBufferMB { get; init => field = InRange(value, 16, 1_000_000); } = 256;

    /// <summary>Threads that decode photos, 1 to 256. The outcome does not depend on it.</summary>
    /// <value><c>null</c>: half the processors.</value>
    [JsonIgnore]
    public int? DecodingThreads { get; init => field = InRange(value, 1, 256); }

    /// <summary>
    /// Updates between validations, at least 1: the middle of up to 16 photos is upscaled and PSNR and SSIM are measured.
    /// The weights of the best validation after pretraining are the ones kept.
    /// </summary>
    /// <value>500.</value>
    public int ValidationEverySteps { get; init => field = Require(value, value >= 1, "at least 1"); } = 500;

    /// <summary>Validations after pretraining without a better PSNR after which training stops, at least 1.</summary>
    /// <value><c>null</c>: never.</value>
    public int? EarlyStoppingPatience { get; init => field = Require(value, value is null or >= 1, "at least 1, or null"); }

    /// <summary>The first update whose learning rate depends on how many are to come.</summary>
    internal int DecayStart => LearningRateDecay switch
    {
        LearningRateDecay.Cosine => 0,
        LearningRateDecay.Constant => int.MaxValue,
        _ => Steps - (int)(Steps * CooldownShare),
    };

    /// <summary>The rate of the update numbered <paramref name="step"/> from 0.</summary>
    internal double LearningRateAt(int step)
    {
        const double FinalShare = 0.05;
        var warmup = WarmupSteps == 0 ? 1 : Math.Min(1, (step + 1.0) / WarmupSteps);
        var remaining = LearningRateDecay switch
        {
            LearningRateDecay.Cosine => 0.5 * (1 + Math.Cos(Math.PI * step / Steps)),
            LearningRateDecay.Cooldown when step >= DecayStart => (double)(Steps - step) / (Steps - DecayStart),
            _ => 1,
        };
        return LearningRate!.Value * warmup * double.Lerp(FinalShare, 1, remaining);
    }

    /// <summary>Side of a patch for a network.</summary>
    internal int PatchSizeFor(NetworkSettings network, int scale)
    {
        var unit = network.PatchUnit(scale);
        return PatchSize ?? (network.DefaultPatchSize + unit - 1) / unit * unit;
    }

    /// <summary>The settings with a value for all that was left open and decides the outcome.</summary>
    /// <param name="network">The network to train.</param>
    /// <param name="scale">Output size over input size.</param>
    /// <param name="startsFresh">Whether the network's weights are random.</param>
    /// <param name="isCpu">Whether a CPU trains.</param>
    /// <param name="begun">What a run that is resumed began with.</param>
    internal TrainingSettings Resolve(NetworkSettings network, int scale, bool startsFresh, bool isCpu, TrainingSettings? begun) => this with
    {
        PretrainingSteps = PretrainingSteps ?? begun?.PretrainingSteps ?? (startsFresh && network.MakesInitialPrediction ? Steps / 2 : 0),
        PatchSize = PatchSizeFor(network, scale),
        LearningRate = LearningRate ?? (startsFresh ? 1 : ShareOfTrainedWeights) * network.DefaultLearningRate,
        Precision = Precision ?? begun?.Precision
            ?? (network.HasBFloat16 && isCpu && MatrixUnits.MultiplyBFloat16 ? TrainingPrecision.BFloat16 : TrainingPrecision.Float32),
    };

    /// <summary>Checks what depends on several settings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message names the setting, its value and its range.</exception>
    internal void Validate(NetworkSettings network, int scale)
    {
        var unit = network.PatchUnit(scale);
        Require(PretrainingSteps is null or 0 || network.MakesInitialPrediction && PretrainingSteps < Steps,
            nameof(PretrainingSteps), PretrainingSteps, network.MakesInitialPrediction ? $"from 0 to {Steps - 1}, or null" : "0 or null for this network");
        Require(PatchSize is null || PatchSize % unit == 0, nameof(PatchSize), PatchSize, $"a multiple of {unit} from 16 to 4,096");
        Require(Precision is not TrainingPrecision.BFloat16 || network.HasBFloat16, nameof(Precision), Precision, "Float32 or null for this network");
    }
}
