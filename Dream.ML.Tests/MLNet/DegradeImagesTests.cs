using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.Tests.MLNet;

[TestClass]
public sealed class DegradeImagesTests
{
    readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Every_image_becomes_what_the_degrader_makes_of_it()
    {
        var images = Noise(3);
        var step = _context.Transforms.DegradeImages("Small", "Image", 2, DegradationSettings.Blind, seed: 5)
            .Fit(Data(images));
        var expected = images.Select(image =>
            new ImageDegrader(DegradationSettings.Blind).Degrade(image, 2, image.Key(5)).Rgb).ToArray();
        AreEqual(expected, Read(step.Transform(Data(images)), "Small"));
        Assert.AreEqual(
            ("Image", "Small", 2, 5, DegradationSettings.Blind),
            (step.InputColumnName, step.OutputColumnName, step.Scale, step.Seed, step.Settings));
    }

    [TestMethod]
    public void The_order_of_rows_changes_nothing()
    {
        var images = Noise(4);
        var step = _context.Transforms.DegradeImages("Image", settings: DegradationSettings.Blind).Fit(Data(images));
        var backwards = Read(step.Transform(Data([.. images.Reverse()])), "Image");
        AreEqual(backwards.Reverse(), Read(step.Transform(Data(images)), "Image"));
    }

    [TestMethod]
    public void A_prediction_engine_gives_what_a_data_view_gives()
    {
        var images = Noise(2);
        var step = _context.Transforms.DegradeImages("Small", "Image", 3, DegradationSettings.Blind).Fit(Data(images));
        using var engine = _context.Model.CreatePredictionEngine<Photo, Small>(step);
        var predicted = images
            .Select(image => Pixels(engine.Predict(new() { Image = MLImagePixels.Write(image) }).Image)).ToArray();
        AreEqual(Read(step.Transform(Data(images)), "Small"), predicted);
        Assert.IsNull(engine.Predict(new()).Image);
    }

    [TestMethod]
    public void The_seed_of_the_context_is_the_seed_unless_given()
    {
        var data = Data(Noise(1));
        int Seed(int context, int? seed = null) =>
            new MLContext(context).Transforms.DegradeImages("Image", seed: seed).Fit(data).Seed;
        Assert.AreEqual(Seed(1), Seed(1));
        Assert.AreNotEqual(Seed(1), Seed(2));
        Assert.AreEqual(7, Seed(1, 7));
    }

    [TestMethod]
    public void A_row_without_an_image_gives_none()
    {
        var photos = Photo.Rows(3);
        photos[1].Image = null;
        var data = _context.Data.LoadFromEnumerable(photos);
        var small = Read(_context.Transforms.DegradeImages("Small", "Image", 2).Fit(data).Transform(data), "Small");
        CollectionAssert.AreEqual(new[] { true, false, true }, small.Select(image => image is not null).ToArray());
    }

    [TestMethod]
    public void An_image_smaller_than_the_scale_brings_its_row()
    {
        var data = _context.Data.LoadFromEnumerable(Photo.Rows(1));
        var view = _context.Transforms.DegradeImages("Small", "Image", 3).Fit(data).Transform(data);
        Assert.AreEqual(
            "Image column 'Image', row 0: An image of 3×2 pixels is too small to be reduced 3 times. (Parameter 'high')",
            Assert.ThrowsExactly<InvalidOperationException>(() => Read(view, "Small")).Message);
    }

    [TestMethod]
    public void A_saved_model_degrades_alike()
    {
        var data = Data(Noise(2));
        var model = _context.Transforms.DegradeImages("Small", "Image", 3, DegradationSettings.Blind)
            .Append(_context.Transforms.DegradeImages("Small", scale: 2, settings: new() { JpegQuality = new(9, 90) }))
            .Fit(data);
        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        var loaded = new MLContext().Model.Load(file, out _);
        AreEqual(Read(model.Transform(data), "Small"), Read(loaded.Transform(data), "Small"));
    }

    [TestMethod]
    public void Sized_images_give_sized_ones_and_unsized_give_unsized()
    {
        foreach (var (input, output) in new[]
        {
            (new ImageDataViewType(), new ImageDataViewType()),
            (new ImageDataViewType(11, 8), new ImageDataViewType(2, 2)),
        })
        {
            var shape = new SchemaShape([MLNetInternals.ScalarColumn("Image", input)]);
            var builder = new DataViewSchema.Builder();
            builder.AddColumn("Image", input);
            var estimator = _context.Transforms.DegradeImages("Small", "Image");
            Assert.AreEqual(output, estimator.GetOutputSchema(shape).Single(column => column.Name == "Small").ItemType);
            Assert.AreEqual(output, estimator.Fit(Data([])).GetOutputSchema(builder.ToSchema())["Small"].Type);
        }
    }

    [TestMethod]
    public void Declared_sizes_below_the_scale_are_refused_before_fitting()
    {
        var shape = new SchemaShape([MLNetInternals.ScalarColumn("Image", new ImageDataViewType(3, 8))]);
        var estimator = _context.Transforms.DegradeImages("Small", "Image");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(shape)).Message,
            "too small to be reduced 4 times");
    }

    [TestMethod]
    public void Settings_and_scale_are_checked_at_once()
    {
        foreach (var (name, make) in new (string, Action)[]
        {
            ("scale", () => _context.Transforms.DegradeImages("Small", scale: 0)),
            ("Stages", () => _context.Transforms.DegradeImages("Small", settings: new() { Stages = 3 })),
        })
            Assert.AreEqual(name, Assert.ThrowsExactly<ArgumentOutOfRangeException>(make).ParamName);
        var estimator = _context.Transforms.DegradeImages("Small", "Missing");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(Data([])));
    }

    [TestMethod]
    public void It_stands_between_loading_and_super_resolution()
    {
        var folder = Directory.CreateTempSubdirectory("dream-ml-").FullName;
        try
        {
            var photo = TestImages.Noise(9, 6);
            using (var image = MLImagePixels.Write(photo))
                image.Save(Path.Combine(folder, "photo.png"));
            var files = _context.Data.LoadFromEnumerable([new { File = "photo.png" }]);
            var small = _context.Transforms.LoadImages("Photo", folder, "File")
                .Append(_context.Transforms.DegradeImages("Small", "Photo", scale: 2))
                .Fit(files).Transform(files);
            var upscaled = new DreamSuperResolutionTransformer(_context, "Upscaled", "Small", new NearestUpscaler())
                .Transform(small);
            var low = BicubicResampler.Resize(photo.CropColors(0, 0, 8, 6), 4, 3);
            AreEqual([low.Rgb], Read(upscaled, "Small"));
            AreEqual([new NearestUpscaler().Upscale(low, null, CancellationToken.None).Rgb], Read(upscaled, "Upscaled"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    IDataView Data(RgbImage[] images) => _context.Data.LoadFromEnumerable(
        images.Select(image => new Photo { Image = MLImagePixels.Write(image), Vector = [0, 0] }).ToArray());

    static RgbImage[] Noise(int count) =>
        [.. Enumerable.Range(1, count).Select(seed => TestImages.Noise(25, 30, seed: seed))];

    static byte[]?[] Read(IDataView view, string column)
    {
        List<byte[]?> images = [];
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        var getter = cursor.GetGetter<MLImage>(view.Schema[column]);
        MLImage image = null!;
        while (cursor.MoveNext())
        {
            getter(ref image);
            images.Add(Pixels(image));
        }
        return [.. images];
    }

    static byte[]? Pixels(MLImage? image) => image is null ? null : MLImagePixels.Read(image).Rgb;

    static void AreEqual(IEnumerable<byte[]?> expected, IEnumerable<byte[]?> actual) =>
        CollectionAssert.AreEqual(
            expected.Select(image => Convert.ToBase64String(image!)).ToArray(),
            actual.Select(image => Convert.ToBase64String(image!)).ToArray());

    sealed class Small
    {
        [ColumnName("Small")]
        public MLImage? Image { get; set; }
    }
}
