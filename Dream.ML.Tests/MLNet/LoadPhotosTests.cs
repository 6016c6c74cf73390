using Dream.ML.Imaging;
using Dream.ML.MLNet.Interop;
using Dream.ML.Tests.Imaging.Files;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.Tests.MLNet;

[TestClass]
public sealed class LoadPhotosTests : IDisposable
{
    readonly MLContext _context = new(seed: 1);
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Photos_are_upright_in_sRGB_and_tagged_with_their_path()
    {
        var turned = MadeFiles.Distinct(4, 2);
        _folder.Write("turned.png", MadeFiles.Encode(turned, exif: MadeFiles.Exif(6)));
        var gray = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "Pictures", "gray_dotgain.png"));
        _folder.Write("gray.png", gray);
        var images = Read(Fit().Transform(Rows("turned.png", "", "gray.png")));
        Assert.AreEqual((2, 4, _folder["turned.png"]), (images[0]!.Width, images[0]!.Height, images[0]!.Tag));
        Assert.IsNull(images[1]);
        Assert.AreEqual(39, MLImagePixels.Read(images[2]!).Rgb[0], 2.0);

        // The same by all doors.
        using var file = ImageFiles.Read(_folder["turned.png"]);
        using var stream = ImageFiles.Read(new MemoryStream(MadeFiles.Encode(turned, exif: MadeFiles.Exif(6))));
        CollectionAssert.AreEqual(images[0]!.Pixels.ToArray(), file.Pixels.ToArray());
        CollectionAssert.AreEqual(images[0]!.Pixels.ToArray(), stream.Pixels.ToArray());
    }

    [TestMethod]
    public void A_truncated_file_is_named_when_its_image_is_asked_for()
    {
        var jpeg = MadeFiles.Encode(TestImages.Noise(32, 32), ImageFileFormat.Jpeg);
        _folder.Write("half.jpg", jpeg[..(jpeg.Length / 2)]);
        _folder.Write("whole.jpg", jpeg);
        var view = Fit().Transform(Rows("half.jpg", "whole.jpg"));
        using var cursor = view.GetRowCursor([view.Schema["Photo"]]);
        var getter = cursor.GetGetter<MLImage>(view.Schema["Photo"]);
        MLImage image = null!;
        cursor.MoveNext();
        Assert.AreEqual(
            $"'{_folder["half.jpg"]}': It is truncated: the end is missing. Copy it again from its source.",
            Assert.ThrowsExactly<ImageFileException>(() => getter(ref image)).Message);
        cursor.MoveNext();
        getter(ref image);
        Assert.AreEqual(32, image.Width);
    }

    [TestMethod]
    public void A_file_over_the_limits_is_named()
    {
        _folder.Write("a.png", MadeFiles.Encode(MadeFiles.Distinct(20, 10)));
        var step = _context.Transforms.LoadPhotos("Photo", $"{_folder}", "File", new() { MaxPixels = 199 }).Fit(Rows());
        StringAssert.Contains(
            Assert.ThrowsExactly<ImageFileException>(() => Read(step.Transform(Rows("a.png")))).Message, "199 allowed");
    }

    [TestMethod]
    public void A_saved_pipeline_loads_photos_alike()
    {
        _folder.Write("a.png", MadeFiles.Encode(MadeFiles.Distinct(9, 6), exif: MadeFiles.Exif(8)));
        var pipeline = _context.Transforms.LoadPhotos("Photo", $"{_folder}", "File", new() { MaxPixels = 54 })
            .Append(_context.Transforms.DegradeImages("Photo", scale: 2));
        var model = pipeline.Fit(Rows());
        using var saved = new MemoryStream();
        _context.Model.Save(model, Rows().Schema, saved);
        var loaded = new MLContext().Model.Load(saved, out _);
        var (expected, actual) = (Read(model.Transform(Rows("a.png")))[0]!, Read(loaded.Transform(Rows("a.png")))[0]!);
        Assert.AreEqual((3, 4), (actual.Width, actual.Height));
        CollectionAssert.AreEqual(expected.Pixels.ToArray(), actual.Pixels.ToArray());

        var step = ((IEnumerable<ITransformer>)loaded).OfType<LoadPhotosTransformer>().Single();
        Assert.AreEqual(
            ("File", "Photo", $"{_folder}", new ImageLimits { MaxPixels = 54 }),
            (step.InputColumnName, step.OutputColumnName, step.Folder, step.Limits));
    }

    [TestMethod]
    public void A_prediction_engine_reads_what_a_data_view_reads()
    {
        _folder.Write("a.png", MadeFiles.Encode(MadeFiles.Distinct(9, 6), exif: MadeFiles.Exif(8)));
        using var engine = _context.Model.CreatePredictionEngine<Row, Loaded>(Fit());
        CollectionAssert.AreEqual(
            Read(Fit().Transform(Rows("a.png")))[0]!.Pixels.ToArray(),
            engine.Predict(new() { File = "a.png" }).Photo!.Pixels.ToArray());
    }

    [TestMethod]
    public void Every_cursor_of_a_set_reads_its_share()
    {
        string[] names = [.. Enumerable.Range(0, 6).Select(i => $"{i}.png")];
        foreach (var name in names)
            _folder.Write(name, MadeFiles.Encode(MadeFiles.Distinct(3, 3)));
        var view = Fit().Transform(Rows(names));
        var tags = view.GetRowCursorSet([view.Schema["Photo"]], 3).SelectMany(cursor =>
        {
            using (cursor)
            {
                List<string> tags = [];
                MLImage image = null!;
                var getter = cursor.GetGetter<MLImage>(view.Schema["Photo"]);
                while (cursor.MoveNext())
                {
                    getter(ref image);
                    tags.Add(Path.GetFileName(image.Tag));
                }
                return tags;
            }
        });
        CollectionAssert.AreEquivalent(names, tags.ToArray());
    }

    [TestMethod]
    public void A_column_that_holds_no_text_is_refused_before_and_after_fitting()
    {
        var data = _context.Data.LoadFromEnumerable([new { File = 1 }]);
        var step = _context.Transforms.LoadPhotos("Photo", null, "File");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => step.Fit(data)).Message, "'File': expected Text, got Int32");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => step.GetOutputSchema(new SchemaShape([MLNetInternals.ScalarColumn("File", NumberDataViewType.Int32)])));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => _context.Transforms.LoadPhotos("Photo", null, "Missing").Fit(data)).Message, "no such column");
    }

    LoadPhotosTransformer Fit() => _context.Transforms.LoadPhotos("Photo", $"{_folder}", "File").Fit(Rows());

    IDataView Rows(params string[] files) => _context.Data.LoadFromEnumerable(files.Select(file => new Row { File = file }));

    static List<MLImage?> Read(IDataView view)
    {
        List<MLImage?> images = [];
        using var cursor = view.GetRowCursor([view.Schema["Photo"]]);
        var getter = cursor.GetGetter<MLImage>(view.Schema["Photo"]);
        while (cursor.MoveNext())
        {
            MLImage image = null!;
            getter(ref image);
            images.Add(image);
        }
        return images;
    }

    sealed class Row
    {
        public string File { get; set; } = "";
    }

    sealed class Loaded
    {
        public MLImage? Photo { get; set; }
    }
}
