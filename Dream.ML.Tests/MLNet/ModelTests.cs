using System.IO.Compression;
using System.Reflection;
using Dream.ML.Imaging;
using Dream.ML.MLNet.Interop;
using Dream.ML.Tests.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;
using Options = Dream.ML.DreamSuperResolutionEstimator.Options;

namespace Dream.ML.Tests.MLNet;

/// <summary>A real, if small, model from fitting to every way of using it.</summary>
[TestClass]
public sealed class ModelTests
{
    static readonly MLContext Context = new(seed: 1);
    static DreamSuperResolutionTransformer _model = null!;

    readonly List<string> _warnings = [];

    [ClassInitialize]
    public static void Fit(TestContext context) => _model = Estimator(Context).Fit(Photos(Context, 4));

    [ClassCleanup]
    public static void Free() => _model.Dispose();

    [TestMethod]
    public void Every_way_gives_the_same_bytes()
    {
        var expected = Upscaled(_model);
        CollectionAssert.AreEqual(expected, Read(Context, _model));
        CollectionAssert.AreEqual(expected, Predicted(Context, _model));
        foreach (var image in Images(3))
            Assert.AreEqual((2 * image.Width, 2 * image.Height), (_model.Upscale(image).Width, _model.Upscale(image).Height));
    }

    [TestMethod]
    public void A_model_of_MLNet_comes_back_the_same()
    {
        var stream = new MemoryStream();
        Context.Model.Save(_model, Photos(Context, 1).Schema, stream);
        var another = new MLContext(seed: 2);

        using var loaded = (DreamSuperResolutionTransformer)another.Model.Load(stream, out _);

        CollectionAssert.AreEqual(Upscaled(_model), Upscaled(loaded));
        CollectionAssert.AreEqual(Upscaled(_model), Read(another, loaded));
        CollectionAssert.AreEqual(Upscaled(_model), Predicted(another, loaded));
    }

    [TestMethod]
    public void Its_own_file_comes_back_the_same()
    {
        using var loaded = DreamSuperResolutionTransformer.Load(new MLContext(), Saved());
        Assert.AreEqual((2, "Image", "Upscaled"), (loaded.Scale, loaded.InputColumnName, loaded.OutputColumnName));
        CollectionAssert.AreEqual(Upscaled(_model), Upscaled(loaded));
        CollectionAssert.AreEqual(Upscaled(_model), Read(new(), loaded));
        var again = new MemoryStream();
        loaded.Save(again);
        CollectionAssert.AreEqual(Saved().ToArray(), again.ToArray());
    }

    [TestMethod]
    public void A_stream_that_holds_something_else_is_refused_in_words()
    {
        var own = Saved().ToArray();
        var mlnet = new MemoryStream();
        Context.Model.Save(_model, Photos(Context, 1).Schema, mlnet);
        foreach (var bytes in new[] { [], own[..^1], own[..100], own[..4], mlnet.ToArray(), [.. "not a model, but some longer text"u8] })
        {
            var e = Assert.ThrowsExactly<InvalidDataException>(() => DreamSuperResolutionTransformer.Load(Context, new MemoryStream(bytes)));
            StringAssert.StartsWith(e.Message, "The stream holds no DreamSuperResolutionTransformer. ");
            StringAssert.Contains(e.Message, "must be complete and written by the transformer's own Save");
            StringAssert.Contains(e.Message, "mlContext.Model.Load reads");
        }
    }

    [TestMethod]
    public void A_damaged_model_of_MLNet_is_refused_in_words()
    {
        Assert.Throws<Exception>(() => Context.Model.Load(new MemoryStream(Zip(_ => true).ToArray()[..^2000]), out _));

        Assert.Contains("lacks the network of its DreamSuperResolve step", Messages(Zip(name => !name.EndsWith("Model", StringComparison.Ordinal))));
        Assert.Contains("ends", Messages(Zip(_ => true, cut: 1000)));

        static string Messages(MemoryStream zip)
        {
            var messages = "";
            for (var e = Assert.Throws<Exception>(() => Context.Model.Load(zip, out _)); e is not null; e = e.InnerException!)
                messages += e.Message + "\n";
            return messages;
        }
    }

    [TestMethod]
    public void It_stands_in_a_pipeline_of_MLNet()
    {
        var folder = Directory.CreateTempSubdirectory("dream-ml-").FullName;
        try
        {
            for (var i = 0; i < 3; i++)
                Images(3)[i].Save(Path.Combine(folder, $"{i}.png"));
            var files = Context.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(i => new { File = $"{i}.png" }));
            var pipeline = Context.Transforms.LoadImages("Image", folder, "File")
                .Append(Estimator(Context))
                .Append(Context.Transforms.ResizeImages("Small", 5, 3, "Upscaled"))
                .Append(Context.Transforms.ExtractPixels("Pixels", "Small"));
            var model = pipeline.Fit(files);

            var shape = pipeline.GetOutputSchema(new([MLNetInternals.ScalarColumn("File", TextDataViewType.Instance)]));
            CollectionAssert.AreEquivalent(
                model.GetOutputSchema(files.Schema).Where(c => !c.IsHidden).Select(c => c.Name).ToArray(), shape.Select(c => c.Name).ToArray());
            var pixels = model.Transform(files).GetColumn<float[]>("Pixels").ToArray();
            var stream = new MemoryStream();
            Context.Model.Save(model, files.Schema, stream);
            var again = new MLContext().Model.Load(stream, out _).Transform(files).GetColumn<float[]>("Pixels").ToArray();

            Assert.HasCount(3 * 5 * 3, pixels[0]);
            for (var i = 0; i < 3; i++)
                CollectionAssert.AreEqual(pixels[i], again[i]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Contexts_of_one_seed_give_one_model()
    {
        var first = Model(new(seed: 3), seed: null);
        CollectionAssert.AreEqual(first, Model(new(seed: 3), seed: null));
        CollectionAssert.AreNotEqual(first, Model(new(seed: 4), seed: null));
        CollectionAssert.AreEqual(Model(new(), seed: 5), Model(new(), seed: 5));

        static byte[] Model(MLContext context, int? seed)
        {
            using var model = Estimator(context, seed, steps: 2).Fit(Photos(context, 2));
            var stream = new MemoryStream();
            model.Save(stream);
            return stream.ToArray();
        }
    }

    [TestMethod]
    public void A_model_outlives_the_dispose_scope_it_was_made_in()
    {
        DreamSuperResolutionTransformer model, loaded;
        using (NewDisposeScope())
        {
            model = Estimator(Context, steps: 1).Fit(Photos(Context, 1));
            loaded = DreamSuperResolutionTransformer.Load(Context, Saved());
        }
        using (model)
        using (loaded)
            foreach (var transformer in new[] { model, loaded })
                transformer.Upscale(Images(1)[0]).Dispose();
    }

    [TestMethod]
    public void Fitting_leaves_the_random_numbers_of_the_application_as_they_are()
    {
        manual_seed(7);
        using var expected = rand(5);
        manual_seed(7);
        Estimator(Context, steps: 1).Fit(Photos(Context, 1)).Dispose();
        using var actual = rand(5);
        TensorAssert.AreClose(expected, actual);
    }

    [TestMethod]
    public void Data_that_cannot_be_trained_on_is_refused_in_words()
    {
        var missing = Photo.Rows(2);
        foreach (var photo in missing)
            photo.Image = null;
        foreach (var rows in new[] { [], missing })
            StringAssert.Contains(
                Assert.ThrowsExactly<InvalidOperationException>(() => Estimator(Context).Fit(Context.Data.LoadFromEnumerable(rows))).Message,
                rows.Length == 0 ? "There is no image for training: the data has no rows." : "row 0 (photo 0): the row has no image.");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Estimator(Context).Fit(Context.Data.LoadFromEnumerable(Photo.Rows(2)))).Message,
            "row 0 (photo 0): it is 3×2, smaller than the training patch of 16×16 pixels");
        Refused("Nowhere", "got no such column. Image columns in the data: 'Image', 'Other'.");
        Refused("Number", "got Single");

        void Refused(string column, string message)
        {
            var estimator = Context.Transforms.DreamSuperResolve("Upscaled", column);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(Photos(Context, 1))).Message, $"'{column}': expected Image, {message}");
        }
    }

    [TestMethod]
    public void Small_images_are_left_out_with_a_warning()
    {
        var context = new MLContext(seed: 1);
        context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                _warnings.Add(e.Message);
        };
        var rows = Photo.Rows(1).Concat(Rows(1)).ToArray();
        Estimator(context, steps: 1).Fit(context.Data.LoadFromEnumerable(rows)).Dispose();
        Assert.Contains("row 0 (photo 0): it is 3×2", _warnings.Single());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Fitting_stops_when_it_is_canceled(bool byContext)
    {
        var context = new MLContext(seed: 1);
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        var estimator = Estimator(context, metrics: () =>
        {
            if (++steps == 2 && byContext)
                Cancel(context);
            else if (steps == 2)
                cancellation.Cancel();
        }, cancellation: cancellation.Token);

        Assert.ThrowsExactly<OperationCanceledException>(() => estimator.Fit(Photos(context, 1)));

        Assert.AreEqual(2, steps);
    }

    [TestMethod]
    public void Upscaling_stops_when_its_context_is_canceled()
    {
        var context = new MLContext(seed: 1);
        using var model = DreamSuperResolutionTransformer.Load(context, Saved());
        Cancel(context);
        Assert.ThrowsExactly<OperationCanceledException>(() => model.Upscale(Images(1)[0]));
    }

    [TestMethod]
    public void Results_agree_with_their_input()
    {
        foreach (var image in Images(3))
        {
            using var upscaled = _model.Upscale(image);
            Assert.IsLessThanOrEqualTo(1.0, Consistency.Compute(upscaled, image));
        }
    }

    [TestMethod]
    public void A_size_of_ones_own_is_the_upscaled_image_resized()
    {
        var image = Images(1)[0];
        image.Tag = "tag";
        using var large = _model.Upscale(image);
        using var expected = large.ResizeBicubic(31, 7);

        using var result = _model.Upscale(image, 31, 7);

        Assert.AreEqual((31, 7, "tag"), (result.Width, result.Height, result.Tag));
        CollectionAssert.AreEqual(expected.Pixels.ToArray(), result.Pixels.ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _model.Upscale(image, 0, 7));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _model.Upscale(image, 31, -1));
        Assert.Contains("would become 100000×50000", Assert.ThrowsExactly<InvalidOperationException>(
            () => _model.Upscale(image, 100_000, 50_000)).Message);
    }

    [TestMethod]
    public void A_thousand_images_of_sixty_four_callers_are_those_of_one()
    {
        using var model = _model.WithSampling(_model.Sampling with { Steps = 1, ColorFidelity = false });
        var images = Enumerable.Range(0, 1000).Select(i => TestImages.Noise(4 + i % 3, 5, seed: i)).ToArray();
        var expected = Array.ConvertAll(images, image => model.Upscale(image, CancellationToken.None).Rgb);
        var actual = new byte[images.Length][];
        var next = -1;
        var callers = Enumerable.Range(0, 64).Select(_ => new Thread(() =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < images.Length;)
                actual[i] = model.Upscale(images[i], CancellationToken.None).Rgb;
        })).ToList();
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());
        for (var i = 0; i < images.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }

    [TestMethod]
    public void A_target_size_is_kept_and_holds_in_every_way()
    {
        using var sized = _model.WithSampling(_model.Sampling with { TargetWidth = 15, TargetHeight = 9, Detail = 0.75 });
        var stream = new MemoryStream();
        sized.Save(stream);
        stream.Position = 0;
        using var loaded = DreamSuperResolutionTransformer.Load(Context, stream);
        var expected = Images(3).Select(image => sized.Upscale(image)).ToList();

        Assert.IsTrue(expected.All(image => (image.Width, image.Height) == (15, 9)));
        CollectionAssert.AreEqual(Upscaled(sized), Read(Context, loaded));
        CollectionAssert.AreEqual(Upscaled(sized), Predicted(Context, loaded));
        using var other = sized.Upscale(Images(1)[0], 31, 7);
        Assert.AreEqual((31, 7), (other.Width, other.Height));
    }

    [TestMethod]
    public void Another_way_of_sampling_shares_the_network_and_is_saved()
    {
        DreamSuperResolutionTransformer loaded;
        using (var other = _model.WithSampling(_model.Sampling with { Steps = 0, ColorFidelity = false }))
        {
            Assert.AreEqual((0, 2, true), (other.Sampling.Steps, _model.Sampling.Steps, _model.Sampling.ColorFidelity));
            CollectionAssert.AreNotEqual(Upscaled(_model), Upscaled(other));
            var stream = new MemoryStream();
            other.Save(stream);
            stream.Position = 0;
            loaded = DreamSuperResolutionTransformer.Load(Context, stream);
            CollectionAssert.AreEqual(Upscaled(other), Upscaled(loaded));
        }
        using (loaded)
            Assert.AreEqual((0, false), (loaded.Sampling.Steps, loaded.Sampling.ColorFidelity));
        Assert.IsNotEmpty(Upscaled(_model));
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _model.WithSampling(_model.Sampling with { Detail = 2 }));
        StringAssert.Contains(e.Message, "Detail must be in [0, 1]");
    }

    // Tools cancel a context through a member that ML.NET keeps internal.
    static void Cancel(MLContext context) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!
            .Invoke(context, null);

    static DreamSuperResolutionEstimator Estimator(
        MLContext context, int? seed = null, int steps = 20, Action? metrics = null, CancellationToken cancellation = default) =>
        context.Transforms.DreamSuperResolve(new Options
        {
            OutputColumnName = "Upscaled",
            InputColumnName = "Image",
            Scale = 2,
            Network = Tiny.Compact,
            Training = new() { Steps = steps, BatchSize = 2, PatchSize = 16 },
            Sampling = new() { Steps = 2 },
            Seed = seed,
            Device = "cpu",
            MetricsCallback = _ => metrics?.Invoke(),
            CancellationToken = cancellation,
        });

    static MLImage[] Images(int count) =>
        [.. Enumerable.Range(0, count).Select(i => MLImagePixels.Write(BicubicResampler.Resize(TestImages.Noise(6, 5, seed: i), 24 + i % 2, 20)))];

    static Photo[] Rows(int count) => [.. Images(count).Select(image => new Photo { Image = image, Vector = [0, 0] })];

    static IDataView Photos(MLContext context, int count) => context.Data.LoadFromEnumerable(Rows(count));

    static byte[] Bytes(IEnumerable<MLImage> images) => [.. images.SelectMany(image => image.Pixels.ToArray())];

    static byte[] Upscaled(DreamSuperResolutionTransformer model) => Bytes(model.Upscale(Images(3)));

    static byte[] Read(MLContext context, DreamSuperResolutionTransformer model)
    {
        var view = model.Transform(Photos(context, 3));
        using var cursor = view.GetRowCursor([view.Schema["Upscaled"]]);
        var getter = cursor.GetGetter<MLImage>(view.Schema["Upscaled"]);
        List<byte> bytes = [];
        for (MLImage image = null!; cursor.MoveNext();)
        {
            getter(ref image);
            bytes.AddRange(image.Pixels);
        }
        return [.. bytes];
    }

    static byte[] Predicted(MLContext context, DreamSuperResolutionTransformer model)
    {
        using var engine = context.Model.CreatePredictionEngine<Photo, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
        return [.. Rows(3).SelectMany(photo => engine.Predict(photo).Upscaled!.Pixels.ToArray())];
    }

    static MemoryStream Saved()
    {
        var stream = new MemoryStream();
        _model.Save(stream);
        stream.Position = 0;
        return stream;
    }

    /// <summary>The saved model with some entries left out or the network's file cut short.</summary>
    static MemoryStream Zip(Func<string, bool> keeps, int cut = 0)
    {
        var (saved, damaged) = (new MemoryStream(), new MemoryStream());
        Context.Model.Save(_model, Photos(Context, 1).Schema, saved);
        using (var from = new ZipArchive(saved))
        using (var to = new ZipArchive(damaged, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in from.Entries.Where(entry => keeps(entry.FullName)))
            {
                using var source = entry.Open();
                using var target = to.CreateEntry(entry.FullName).Open();
                var content = new MemoryStream();
                source.CopyTo(content);
                var length = (int)content.Length - (entry.Name.EndsWith("Model", StringComparison.Ordinal) ? cut : 0);
                target.Write(content.GetBuffer(), 0, length);
            }
        damaged.Position = 0;
        return damaged;
    }

    sealed class Prediction
    {
        public MLImage? Upscaled { get; set; }
    }
}
