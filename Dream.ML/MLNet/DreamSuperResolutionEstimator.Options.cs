using Dream.ML.Training.Data;
using static Dream.ML.Core.Guard;

namespace Dream.ML;

public sealed partial class DreamSuperResolutionEstimator
{
    /// <summary>Everything that can be chosen. Only <see cref="OutputColumnName"/> has no default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Thrown where a property is set out of its range; the message names it.</exception>
    public sealed record Options
    {
        /// <summary>Name of the column that the upscaled images go to.</summary>
        public required string OutputColumnName { get; init => field = Require(value, !string.IsNullOrEmpty(value), "a column name"); }

        /// <summary>
        /// Name of the image column to read: high-resolution photos when fitting, images to upscale when transforming.
        /// </summary>
        /// <value><c>null</c>: the same as <see cref="OutputColumnName"/>.</value>
        public string? InputColumnName { get; init => field = Require(value, value != "", "a column name, or null"); }

        /// <summary>
        /// Name of an image column with the high-resolution side of real pairs. Then the input column holds the low-resolution
        /// side when fitting, and each target must be exactly <see cref="Scale"/> times as wide and high as its input.
        /// </summary>
        /// <value><c>null</c>: low-resolution images are made from the photos of the input column.</value>
        public string? TargetColumnName { get; init => field = Require(value, value != "", "a column name, or null"); }

        /// <summary>
        /// Name of an image column with masks, as large as the images of the input column: white is what is to be filled, black what
        /// stays as it is. Fitting needs the column and reads none of it: holes are made as <see cref="Degradation"/> says.
        /// </summary>
        /// <value><c>null</c>: no masks. Required where <see cref="Degradation"/> makes holes.</value>
        public string? MaskColumnName { get; init => field = Require(value, value != "", "a column name, or null"); }

        /// <summary>
        /// Output size over input size, 2 to 8, or 1 to restore pictures that keep their size. With <see cref="ImplicitSettings"/> it
        /// is what the model does unless <see cref="SamplingSettings.OutputScale"/> says otherwise.
        /// </summary>
        /// <value>That of <see cref="InitialModel"/>, otherwise 4.</value>
        public int Scale { get => field != 0 ? field : InitialModel?.Scale ?? 4; init => field = InRange(value, 1, 8); }

        /// <summary>Which network to train, and its size.</summary>
        /// <value>That of <see cref="InitialModel"/>, otherwise a <see cref="CompactSettings"/> with its defaults.</value>
        public NetworkSettings Network { get => (field ?? InitialModel?.Contents.Network ?? new CompactSettings()).WithMask(Degradation.MakesHoles); init => field = NotNull(value); }

        /// <summary>How low-resolution images are made from the photos that training reads.</summary>
        /// <value>
        /// As <see cref="InitialModel"/> was trained, otherwise <see cref="DegradationSettings.Bicubic"/>: antialiased bicubic
        /// reduction and nothing else.
        /// </value>
        public DegradationSettings Degradation
        {
            get => field ?? InitialModel?.Contents.Degradation ?? DegradationSettings.Bicubic;
            init => field = NotNull(value);
        }

        /// <summary>How to train: updates, patches, learning rate, DREAM.</summary>
        public TrainingSettings Training { get; init => field = NotNull(value); } = new();

        /// <summary>How the trained model upscales, unless <see cref="DreamSuperResolutionTransformer.WithSampling"/> says otherwise.</summary>
        /// <value>The defaults of <see cref="SamplingSettings"/>.</value>
        public SamplingSettings Sampling { get; init => field = NotNull(value); } = new();

        /// <summary>
        /// Photos to validate on. The first set decides which weights are kept and when training stops early; with a workspace,
        /// <c>best-NAME.safetensors</c> there is the model that was best on the set of that name.
        /// </summary>
        /// <value>None: see <see cref="ValidationFraction"/>.</value>
        public IReadOnlyList<ValidationSet> ValidationSets
        {
            get;
            init => field = value.All(set => set.Name.Length > 0 && set.Name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0)
                && value.DistinctBy(set => set.Name, StringComparer.OrdinalIgnoreCase).Count() == value.Count
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(ValidationSets), string.Join(", ", value.Select(set => $"'{set.Name}'")),
                    "ValidationSets must be sets with names of their own that a file can have.");
        } = [];

        /// <summary>Share of the rows, in [0, 1), kept out of training to validate on when there are no <see cref="ValidationSets"/>.</summary>
        /// <value>0: no validation.</value>
        public double ValidationFraction { get; init => field = Require(value, value is >= 0 and < 1, "in [0, 1)"); }

        /// <summary>
        /// Folder for the run's checkpoints. <c>Fit</c> with the same options and data resumes a run that was stopped, by
        /// whatever means; other options are refused.
        /// </summary>
        /// <value><c>null</c>: nothing is kept.</value>
        public string? WorkspacePath { get; init => field = Require(value, value != "", "a folder, or null"); }

        /// <summary>Updates between checkpoints, at least 1. There is also one at the end and one when training is canceled.</summary>
        /// <value>500.</value>
        public int CheckpointEverySteps { get; init => field = Require(value, value >= 1, "at least 1"); } = 500;

        /// <summary>
        /// A model to train further on photos of one's own: a ready-made one, a file, or a fitted or loaded transformer. Scale,
        /// network and degradation follow from it, and training begins without pretraining and with a lower learning rate.
        /// </summary>
        /// <value><c>null</c>: fresh weights.</value>
        public PretrainedModel? InitialModel { get; init; }

        /// <summary>Seed of training and of the noise that upscaling starts from.</summary>
        /// <value><c>null</c>: follows from the seed of the <c>MLContext</c>.</value>
        public int? Seed { get; init; }

        /// <summary>Where to compute: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
        /// <value><c>null</c>: the context's <c>GpuDeviceId</c> where set, otherwise a GPU when there is one, otherwise the CPU.</value>
        public string? Device { get; init => field = Require(value, DreamRuntime.IsDeviceName(value), "cpu, cuda, cuda:N or null"); }

        /// <summary>Called after every training update, on the training thread.</summary>
        public Action<DreamTrainingMetrics>? MetricsCallback { get; init; }

        /// <summary>Stops training before the next update.</summary>
        public CancellationToken CancellationToken { get; init; }

        internal string InputOrOutputColumnName => InputColumnName ?? OutputColumnName;

        /// <inheritdoc cref="TrainingSettings.Resolve"/>
        internal TrainingSettings TrainingOrDefault(bool isCpu, TrainingSettings? begun = null) =>
            Training.Resolve(Network, Scale, startsFresh: InitialModel is null, isCpu, begun);

        internal SamplingSettings SamplingOrDefault(int seed) => Sampling.Or(new()
        {
            Steps = Network.DefaultSamplingSteps,
            Seed = seed,
            ColorFidelity = Scale > 1 && Degradation == DegradationSettings.Bicubic && TargetColumnName is null,
        });

        internal DataSettings Data(int seed) => new()
        {
            Scale = Scale,
            Degradation = Degradation,
            PatchSize = Training.PatchSizeFor(Network, Scale),
            Seed = seed,
            ByteBudget = (long)Training.PatchBufferMB << 20,
            DecodingThreads = Training.DecodingThreads ?? Math.Max(1, Environment.ProcessorCount / 2),
        };

        /// <summary>What training reads: where the network is continuous, high resolution alone, of which <see cref="Pairs"/> are made.</summary>
        internal DataSettings TrainingData(int seed) => Network.IsContinuous ? Data(seed) with { Scale = 1, Degradation = DegradationSettings.Bicubic } : Data(seed);

        internal ContinuousPairs? Pairs => Network.IsContinuous ? new(Degradation, Training.PatchSizeFor(Network, Scale)) : null;

        /// <summary>Checks what depends on several options.</summary>
        /// <exception cref="ArgumentException">The message names the option, its value and its range.</exception>
        internal void Validate()
        {
            if (InitialModel is { Contents: var initial })
            {
                Require(Scale == initial.Scale, nameof(Scale), Scale, $"{initial.Scale} or left out: it is that of InitialModel '{InitialModel}'");
                Require(initial.ReadsMask == Degradation.MakesHoles, nameof(InitialModel), InitialModel,
                    initial.ReadsMask ? "one that reads no mask, without a Degradation that makes holes" : "one that DreamInpaint trained, with a Degradation that makes holes");
                Require(Network == initial.Network, nameof(Network), Network, $"left out: it follows from InitialModel '{InitialModel}'");
            }
            Network.Validate(Scale);
            Training.Validate(Network, Scale);
            Require(Training.EarlyStoppingPatience is null || ValidationSets.Count > 0 || ValidationFraction > 0,
                nameof(Training.EarlyStoppingPatience), Training.EarlyStoppingPatience, "null without ValidationSets or a ValidationFraction");
            Require(Scale > 1 || Degradation != DegradationSettings.Bicubic || TargetColumnName is not null,
                nameof(Degradation), nameof(DegradationSettings.Bicubic), $"one that spoils pictures, such as {nameof(DegradationSettings.CompressionAndNoise)}, at scale 1");
            Require(!Network.IsContinuous || TargetColumnName is null, nameof(TargetColumnName), TargetColumnName, $"null with {Network.GetType().Name}: real pairs have one scale");
            Require(MaskColumnName is not null == Degradation.MakesHoles, nameof(MaskColumnName), MaskColumnName,
                Degradation.MakesHoles ? "the name of a column, as DreamInpaint takes it, with a Degradation that makes holes"
                : $"null without a Degradation that makes holes, such as {nameof(DegradationSettings.Holes)}");
            if (MaskColumnName is not null)
            {
                Require(Scale == 1, nameof(Scale), Scale, "1 with a mask column");
                Require(Network.Traits(Scale).ReadsMask, nameof(Network), Network.GetType().Name, "a CompactSettings with a mask column");
                Require(TargetColumnName is null, nameof(TargetColumnName), TargetColumnName, "null with a mask column");
                Require(ValidationSets.All(set => set.TargetColumnName is null && set.Degradation?.MakesHoles is not false),
                    nameof(ValidationSets), null, "sets of photos whose Degradation makes holes, or null, with a mask column");
            }
            Sampling.Validate(Network, Scale);
        }
    }
}
