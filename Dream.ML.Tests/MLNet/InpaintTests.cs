using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;
using Dream.ML.Imaging.Files;
using Dream.ML.Inference;
using Dream.ML.Networks.Engines;
using Dream.ML.Tests.Networks;
using Dream.ML.Tests.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Options = Dream.ML.DreamSuperResolutionEstimator.Options;

namespace Dream.ML.Tests.MLNet;

[TestClass]
public sealed class InpaintTests
{
    static readonly MLContext Ml = new(seed: 1);
    static readonly NetworkSettings Network = Tiny.Compact.WithMask(true);
    static readonly RgbImage Image = Fitting.Smooth(3, 40, 31);
    static readonly bool[] Holes = RandomStrokes.Draw(40, 31, new(4, 4), key: 8);

    static readonly DreamSuperResolutionTransformer Model = new(Ml, "Filled", "Photo", Tiny.Model(Network, scale: 1, steps: 1), "Mask");

    [ClassCleanup]
    public static void Free() => Model.Dispose();

    [TestMethod]
    public void Known_pixels_stay_and_what_lies_in_holes_does_not_matter()
    {
        var filled = Fill(Model, Image);
        var opposite = new RgbImage(40, 31, [.. Image.Rgb.Select((sample, i) => Holes[i / 3] ? (byte)~sample : sample)]);
        CollectionAssert.AreEqual(filled.Rgb, Fill(Model, opposite).Rgb);
        for (var i = 0; i < Image.Rgb.Length; i++)
            Assert.IsTrue(Holes[i / 3] || filled.Rgb[i] == Image.Rgb[i]);
        // The network has its say.
        CollectionAssert.AreNotEqual(filled.Rgb, UnknownColors.Fill(new RgbImage(40, 31, Image.Rgb) { Holes = Holes }).Rgb);
    }

    [TestMethod]
    public void Opacity_and_the_colors_of_what_is_known_stay()
    {
        var transparent = new RgbImage(40, 31, Image.Rgb, [.. Enumerable.Range(0, 40 * 31).Select(i => (byte)(i % 3 * 100))]) { Holes = Holes };
        var filled = Model.Upscale(transparent, CancellationToken.None);
        CollectionAssert.AreEqual(transparent.Alpha, filled.Alpha);
        for (var i = 0; i < Image.Rgb.Length; i++)
            Assert.IsTrue(Holes[i / 3] || filled.Rgb[i] == Image.Rgb[i]);
    }

    [TestMethod]
    public void A_mask_without_a_hole_gives_the_photo()
    {
        using var nothing = MLImagePixels.Write(new RgbImage(40, 31, new byte[3 * 40 * 31]));
        using var photo = MLImagePixels.Write(Image);
        using var result = Model.Inpaint(photo, nothing);
        CollectionAssert.AreEqual(Image.Rgb, MLImagePixels.Read(result).Rgb);
    }

    [TestMethod]
    public void Tiles_make_the_whole_image_and_both_engines_the_same()
    {
        var damaged = new RgbImage(40, 31, Image.Rgb) { Holes = Holes };
        using var engine = Tiny.Engine(Network, 1);
        foreach (var steps in new[] { 0, 2 })
        {
            var whole = new Upscaler(engine, Tiny.Sampling(steps)).Upscale(damaged);
            CollectionAssert.AreEqual(whole.Rgb, new Upscaler(engine, Tiny.Sampling(steps), tileSide: 7).Upscale(damaged).Rgb);
        }
        using var network = Tiny.Random(Network, 1);
        using var torch = new TorchEngine(network, owns: false);
        ImageAssert.AreClose(new Upscaler(torch, Tiny.Sampling(1)).Upscale(damaged), new Upscaler(engine, Tiny.Sampling(1)).Upscale(damaged), 0.999);
    }

    [TestMethod]
    public void A_column_of_photos_and_one_of_masks_become_one_of_filled_photos_in_every_way()
    {
        var expected = Fill(Model, Image).Rgb;
        CollectionAssert.AreEqual(expected, Filled(Model));

        using var alone = DreamSuperResolutionTransformer.Load(new(), new MemoryStream(Fitting.Bytes(Model)));
        Assert.AreEqual("Mask", alone.MaskColumnName);
        CollectionAssert.AreEqual(expected, Filled(alone));

        var stream = new MemoryStream();
        Ml.Model.Save(Model, null, stream);
        using var loaded = (DreamSuperResolutionTransformer)new MLContext().Model.Load(stream, out _);
        CollectionAssert.AreEqual(expected, Filled(loaded));

        using var step = Ml.Transforms.DreamInpaint("Filled", "Photo", "Mask", Model).Fit(Rows());
        CollectionAssert.AreEqual(expected, Filled(step));

        using var engine = Ml.Model.CreatePredictionEngine<Row, Result>(step, new PredictionEngineOptions { OwnsTransformer = false });
        CollectionAssert.AreEqual(expected, MLImagePixels.Read(engine.Predict(new() { Photo = MLImagePixels.Write(Image), Mask = Mask() }).Filled!).Rgb);
    }

    [TestMethod]
    public void A_file_and_its_mask_become_a_file()
    {
        using var folder = new TemporaryFolder();
        folder.Write("photo.png", ImageFileWriter.Encode(Image, new(), ImageFileFormat.Png, 90).File);
        folder.Write("mask.png", ImageFileWriter.Encode(MLImagePixels.Read(Mask()), new(), ImageFileFormat.Png, 90).File);
        Model.Inpaint(folder["photo.png"], folder["mask.png"], folder["filled.png"]);
        CollectionAssert.AreEqual(Fill(Model, Image).Rgb, ImageFileReader.Read(folder["filled.png"], new()).Pixels.Rgb);
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => Model.Inpaint(folder["photo.png"], folder["mask.png"], folder["mask.png"])).Message, "would replace the input");
    }

    [TestMethod]
    public void Masks_that_do_not_fit_are_refused_in_words()
    {
        using var photo = MLImagePixels.Write(Image);
        using var other = MLImagePixels.Write(Fitting.Smooth(1, 8, 9));
        Refused<ArgumentException>("The mask is 8×9, the image 40×31 pixels. Both must be of the same size.", () => Model.Inpaint(photo, other));
        using var white = Photo.Solid(255, 40, 31);
        Refused<ArgumentException>("The mask is all white: nothing of the image is left", () => Model.Inpaint(photo, white));
        Assert.ThrowsExactly<ArgumentNullException>(() => Model.Inpaint(photo, null!));
        Refused<InvalidOperationException>("Image column 'Photo', row 0: There is no mask in column 'Mask'. Give a black one", () => Filled(Model, new Row { Photo = MLImagePixels.Write(Image) }));
        Refused<InvalidOperationException>("Image column 'Photo', row 0: The mask is 3×2", () => Filled(Model, new Row { Photo = MLImagePixels.Write(Image), Mask = Photo.Solid(0, 3, 2) }));
        Refused<ArgumentOutOfRangeException>("Schema mismatch for input column 'Mask'", () => Model.Transform(Unmasked()));
    }

    [TestMethod]
    public void Models_and_masks_that_do_not_belong_together_are_refused_before_any_work()
    {
        const string Needs = "The model fills what a mask marks, and there is no mask. Use DreamInpaint", Reads = "There is a mask, and the model reads none. Train one";
        using var photo = MLImagePixels.Write(Image);
        using var plain = new DreamSuperResolutionTransformer(Ml, "Upscaled", "Photo", Tiny.Model(Tiny.Compact, scale: 1, steps: 1));
        Refused<InvalidOperationException>(Needs, () => Model.Upscale(photo));
        Refused<InvalidOperationException>(Needs, () => Ml.Transforms.DreamSuperResolve("Upscaled", "Photo", Model));
        Refused<InvalidOperationException>(Needs, () => new BatchUpscaler(Model, new() { InputFolder = "in", OutputFolder = "out" }));
        Refused<InvalidOperationException>(Reads, () => plain.Inpaint(photo, Mask()));
        Refused<InvalidOperationException>(Reads, () => Ml.Transforms.DreamInpaint("Filled", "Photo", "Mask", plain));
        Refused<InvalidOperationException>("Models that fill holes have no ONNX file", () => Model.SaveAsOnnx(new MemoryStream()));
        Refused<ArgumentOutOfRangeException>("HoleWidth must be 0 to 0 in DegradeImages", () => Ml.Transforms.DegradeImages("Low", "Photo", 1, DegradationSettings.Holes));
    }

    [TestMethod]
    public void Options_that_contradict_each_other_are_refused_by_name()
    {
        var options = new Options { OutputColumnName = "Filled", InputColumnName = "Photo", MaskColumnName = "Mask", Scale = 1, Degradation = DegradationSettings.Holes };
        Assert.IsNotNull(Ml.Transforms.DreamSuperResolve(options));
        Refused("MaskColumnName must be the name of a column", options with { MaskColumnName = null });
        Refused("MaskColumnName must be null without a Degradation that makes holes", options with { Degradation = DegradationSettings.Noise });
        Refused("Scale must be 1 with a mask column", options with { Scale = 2 });
        Refused("Network must be a CompactSettings with a mask column", options with { Network = Tiny.Sr3 });
        Refused("TargetColumnName must be null with a mask column", options with { TargetColumnName = "Target" });
        Refused("ValidationSets must be sets of photos whose Degradation makes holes", options with
        {
            ValidationSets = [new() { Name = "photos", Data = Rows(), Degradation = DegradationSettings.Noise }],
        });
        using var plain = new DreamSuperResolutionTransformer(Ml, "Upscaled", "Photo", Tiny.Model(Tiny.Compact, scale: 1, steps: 1));
        Refused("InitialModel must be one that DreamInpaint trained", options with { InitialModel = plain });
        Refused("InitialModel must be one that reads no mask", new()
        {
            OutputColumnName = "Filled",
            Degradation = DegradationSettings.Noise,
            InitialModel = Model,
        });
        Refused<ArgumentOutOfRangeException>("Schema mismatch for input column 'Mask'", () => Ml.Transforms.DreamSuperResolve(options).Fit(Unmasked()));

        static void Refused(string expected, Options options) => Refused<ArgumentOutOfRangeException>(expected, () => Ml.Transforms.DreamSuperResolve(options));
    }

    [TestMethod]
    public void A_line_over_a_photo_is_filled_better_than_by_the_colors_around_it()
    {
        var photo = BicubicResampler.Resize(TestImages.Load(Path.Combine(DocumentationTests.Root, "Dream.ML.Samples", "Data", "train", "soccer.jpg")), 96, 96);
        var data = Ml.Data.LoadFromEnumerable([new Row { Photo = MLImagePixels.Write(photo) }]);
        using var model = Ml.Transforms.DreamSuperResolve(new Options
        {
            OutputColumnName = "Filled",
            InputColumnName = "Photo",
            MaskColumnName = "Mask",
            Scale = 1,
            Degradation = new() { HoleWidth = new(3, 5) },
            Network = new CompactSettings { Channels = 16, EncoderBlocks = 2, DenoiserBlocks = 1 },
            // The initial prediction alone.
            Training = new() { Steps = 300, PretrainingSteps = 299, BatchSize = 4, PatchSize = 32, EmaDecay = 0.9, LearningRate = 5e-3, DecodingThreads = 1 },
            Sampling = new() { Detail = 0 },
            Seed = 3,
            Device = "cpu",
        }).Fit(data);
        var line = new RgbImage(96, 96, photo.Rgb) { Holes = [.. Enumerable.Range(0, 96 * 96).Select(i => (i / 96 + i % 96) % 24 is >= 10 and < 14)] };

        var (network, smooth) = (Error(model.Upscale(line, CancellationToken.None)), Error(UnknownColors.Fill(line)));

        Assert.IsLessThan(0.9 * smooth, network);

        double Error(RgbImage filled) => filled.Rgb.Zip(photo.Rgb, (a, b) => Math.Pow(a - b, 2)).Sum();
    }

    static RgbImage Fill(DreamSuperResolutionTransformer model, RgbImage image)
    {
        using var photo = MLImagePixels.Write(image);
        using var filled = model.Inpaint(photo, Mask());
        return MLImagePixels.Read(filled);
    }

    static byte[] Filled(DreamSuperResolutionTransformer model, params Row[] rows) =>
        MLImagePixels.Read(Ml.Data.CreateEnumerable<Result>(model.Transform(Rows(rows)), reuseRowObject: false).First().Filled!).Rgb;

    static IDataView Rows(params Row[] rows) =>
        Ml.Data.LoadFromEnumerable(rows.Length > 0 ? rows : [new() { Photo = MLImagePixels.Write(Image), Mask = Mask() }]);

    static IDataView Unmasked() => Ml.Data.LoadFromEnumerable([new RowOfText { Photo = MLImagePixels.Write(Image) }]);

    static MLImage Mask() => MLImagePixels.Write(new RgbImage(40, 31, [.. Holes.SelectMany(isHole => Enumerable.Repeat(isHole ? byte.MaxValue : (byte)0, 3))]));

    static void Refused<T>(string expected, Action action) where T : Exception => StringAssert.StartsWith(Assert.ThrowsExactly<T>(action).Message, expected);

    sealed class Row
    {
        public MLImage? Photo { get; set; }

        public MLImage? Mask { get; set; }
    }

    sealed class Result
    {
        public MLImage? Filled { get; set; }
    }

    sealed class RowOfText
    {
        public MLImage? Photo { get; set; }

        public string Mask { get; set; } = "";
    }
}
