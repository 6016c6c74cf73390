using Dream.ML.Imaging;
using Dream.ML.MLNet;
using Dream.ML.MLNet.DataView;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.Tests.MLNet;

/// <summary>Data view, cursor and row mapper, with an upscaler that needs no network.</summary>
[TestClass]
public sealed class TransformTests
{
    readonly MLContext _context = new(seed: 1);
    readonly NearestUpscaler _upscaler = new();

    public TransformTests() => ImageTypes.Register();

    [TestMethod]
    public void Columns_of_every_kind_stay_with_their_row()
    {
        var rows = Read(Step().Transform(Data(7)));
        Assert.HasCount(7, rows);
        for (var i = 0; i < 7; i++)
        {
            var (number, width, tag) = ((float)i, 2 * (3 + i % 2), $"tag {i}");
            Assert.AreEqual(new Seen(i, $"photo {i}", number, number, -number, i, 100 + i, i, width, tag), rows[i]);
        }
        Assert.AreEqual(7, _upscaler.Calls);
    }

    [TestMethod]
    public void Nothing_is_computed_unless_the_output_is_read()
    {
        var view = Step().Transform(Data(7));
        Assert.HasCount(7, view.GetColumn<string>("Name"));
        using var cursor = view.GetRowCursor([view.Schema["Upscaled"]]);
        while (cursor.MoveNext())
        {
        }
        Assert.AreEqual(0, _upscaler.Calls);
    }

    [TestMethod]
    public void A_column_that_was_not_asked_for_has_no_getter()
    {
        var view = Step().Transform(Data(1));
        foreach (var (asked, other) in new[] { ("Name", "Upscaled"), ("Upscaled", "Name"), ("Upscaled", "Image") })
        {
            using var cursor = view.GetRowCursor([view.Schema[asked]]);
            Assert.IsFalse(cursor.IsColumnActive(view.Schema[other]));
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => Value<MLImage>(cursor, other));
            StringAssert.Contains(error.Message, $"'{other}'");
        }
    }

    [TestMethod]
    public void Positions_and_row_ids_are_those_of_the_data()
    {
        var data = Data(5);
        var view = Step().Transform(data);
        using var expected = data.GetRowCursor([]);
        using var actual = view.GetRowCursor(view.Schema);
        var (expectedId, actualId) = (expected.GetIdGetter(), actual.GetIdGetter());
        Assert.AreEqual(-1, actual.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => Value<MLImage>(actual, "Upscaled"));
        while (expected.MoveNext())
        {
            Assert.IsTrue(actual.MoveNext());
            Assert.AreEqual((expected.Position, expected.Batch), (actual.Position, actual.Batch));
            DataViewRowId left = default, right = default;
            expectedId(ref left);
            actualId(ref right);
            Assert.AreEqual(left, right);
        }
        Assert.IsFalse(actual.MoveNext());
        Assert.IsFalse(actual.MoveNext());
        Assert.AreEqual(-1, actual.Position);
    }

    [TestMethod]
    public void A_row_without_an_image_gives_none()
    {
        var photos = Photo.Rows(4);
        photos[1].Image = photos[2].Image = photos[2].Other = null;
        var rows = Read(Step().Transform(_context.Data.LoadFromEnumerable(photos)));
        CollectionAssert.AreEqual(new int?[] { 0, null, null, 3 }, rows.Select(row => row.Upscaled).ToArray());
        CollectionAssert.AreEqual(new int?[] { 100, 101, null, 103 }, rows.Select(row => row.Other).ToArray());

        photos[0].Image = photos[3].Image = null;
        Assert.HasCount(4, Read(Step().Transform(_context.Data.LoadFromEnumerable(photos))));
        Assert.AreEqual(2, _upscaler.Calls);
    }

    [TestMethod]
    public void Empty_data_stays_empty()
    {
        Assert.IsEmpty(Read(Step().Transform(Data(0))));
        Assert.AreEqual(0, _upscaler.Calls);
    }

    [TestMethod]
    public void The_output_may_take_the_place_of_the_input()
    {
        var view = Step("Image").Transform(Data(4));
        CollectionAssert.AreEqual(new[] { 6, 8, 6, 8 }, Widths(view, "Image"));
    }

    [TestMethod]
    public void Readers_of_one_row_share_its_image()
    {
        var view = Step().Transform(Data(2));
        using var cursor = view.GetRowCursor([view.Schema["Upscaled"]]);
        while (cursor.MoveNext())
            Assert.AreEqual(Level(Value<MLImage>(cursor, "Upscaled")), Level(Value<MLImage>(cursor, "Upscaled")));
        Assert.AreEqual(2, _upscaler.Calls);
    }

    [TestMethod]
    public void Two_steps_in_a_row_upscale_twice()
    {
        var chain = new TransformerChain<ITransformer>(Step(), Step("Again", "Upscaled"));
        CollectionAssert.AreEqual(new[] { 12, 16, 12, 16, 12 }, Widths(chain.Transform(Data(5)), "Again"));
    }

    [TestMethod]
    public void Images_of_the_user_survive_two_passes()
    {
        var photos = Photo.Rows(5);
        var view = Step().Transform(_context.Data.LoadFromEnumerable(photos));
        CollectionAssert.AreEqual(Read(view), Read(view));
        for (var i = 0; i < 5; i++)
            Assert.AreEqual((i, 100 + i), (Level(photos[i].Image), Level(photos[i].Other)));
    }

    [TestMethod]
    public void Row_filters_and_column_selections_go_through()
    {
        var view = Step().Transform(Data(7));
        Assert.HasCount(4, Read(_context.Data.TakeRows(view, 4)));
        var filtered = Read(_context.Data.FilterRowsByColumn(view, "Number", 2, 5));
        CollectionAssert.AreEqual(new int?[] { 2, 3, 4 }, filtered.Select(row => row.Upscaled).ToArray());
        var selected = _context.Transforms.SelectColumns("Upscaled").Fit(view).Transform(view);
        CollectionAssert.AreEqual(new[] { 6, 8, 6, 8, 6, 8, 6 }, Widths(selected, "Upscaled"));
    }

    [TestMethod]
    public void Preview_shows_every_row() =>
        Assert.HasCount(5, Step().Transform(Data(5)).Preview().RowView);

    [TestMethod]
    public void It_stands_between_the_image_transforms_of_MLNet()
    {
        var folder = Directory.CreateTempSubdirectory("dream-ml-").FullName;
        try
        {
            for (var i = 0; i < 5; i++)
                Photo.Solid(10 * i, 6, 4).Save(Path.Combine(folder, $"photo {i}.png"));
            var files = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i => new { File = $"photo {i}.png" }));
            var loaded = _context.Transforms.LoadImages("Photo", folder, "File")
                .Append(_context.Transforms.ResizeImages("Photo", 3, 2))
                .Fit(files).Transform(files);
            var after = _context.Transforms.ResizeImages("Upscaled", 5, 3)
                .Append(_context.Transforms.ExtractPixels("Pixels", "Upscaled"));
            var upscaled = Step("Upscaled", "Photo").Transform(loaded);
            Assert.AreEqual(new ImageDataViewType(4, 6), upscaled.Schema["Upscaled"].Type);
            var pixels = after.Fit(upscaled).Transform(upscaled).GetColumn<float[]>("Pixels").ToArray();
            CollectionAssert.AreEqual(new float[] { 0, 10, 20, 30, 40 }, pixels.Select(p => p[0]).ToArray());
            Assert.HasCount(3 * 5 * 3, pixels[0]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Prediction_engines_share_a_transformer_across_threads()
    {
        using var step = Step();
        var options = new PredictionEngineOptions { OwnsTransformer = false };
        Parallel.For(0, 3, thread =>
        {
            using var engine = _context.Model.CreatePredictionEngine<Photo, Prediction>(step, options);
            for (var i = 0; i < 5; i++)
            {
                var photo = Photo.Rows(5)[i];
                var prediction = engine.Predict(photo);
                Assert.AreEqual((i, $"photo {i}"), (Level(prediction.Upscaled), prediction.Name));
                Assert.AreEqual(i, Level(photo.Image));
            }
        });
        Assert.AreEqual(15, _upscaler.Calls);
    }

    [TestMethod]
    public void The_mapper_names_the_columns_it_needs()
    {
        var data = Data(1);
        var mapper = ((ITransformer)Step()).GetRowToRowMapper(data.Schema);
        Assert.AreSame(data.Schema, mapper.InputSchema);
        CollectionAssert.AreEqual(
            new[] { "Image", "Name" },
            mapper.GetDependencies([mapper.OutputSchema["Upscaled"], mapper.OutputSchema["Name"], mapper.OutputSchema["Image"]])
                .Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void Direct_results_belong_to_the_caller()
    {
        var images = Photo.Rows(7).Select(photo => photo.Image!).ToArray();
        var results = Step().Upscale(images);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 7).Select(i => ((int?)i, $"tag {i}")).ToArray(),
            results.Select(result => (Level(result), result.Tag)).ToArray());
        Assert.AreEqual(7, _upscaler.Calls);
        Assert.IsEmpty(Step().Upscale([]));
        Assert.ThrowsExactly<OperationCanceledException>(() => Step().Upscale(images, new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public void An_error_names_the_row()
    {
        _upscaler.Failure = new InvalidDataException("too dark");
        var view = Step().Transform(Data(7));
        using var cursor = view.GetRowCursor([view.Schema["Upscaled"]]);
        for (var i = 0; i < 5; i++)
            cursor.MoveNext();
        Assert.AreEqual(
            "Image column 'Image', row 4: too dark",
            Assert.ThrowsExactly<InvalidOperationException>(() => Value<MLImage>(cursor, "Upscaled")).Message);
    }

    [TestMethod]
    public void A_disposed_image_in_the_data_is_named()
    {
        var photos = Photo.Rows(3);
        photos[1].Image!.Dispose();
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => Step().Transform(_context.Data.LoadFromEnumerable(photos)).GetColumn<MLImage>("Upscaled").Count()).Message;
        StringAssert.StartsWith(message, "Image column 'Image', row 1: ");
    }

    [TestMethod]
    public void A_row_that_cannot_be_read_costs_no_other()
    {
        var photos = Photo.Rows(7);
        photos[1].Image!.Dispose();
        photos[4].Other!.Dispose();
        var view = Step().Transform(_context.Data.LoadFromEnumerable(photos));
        using var cursor = view.GetRowCursor(view.Schema);
        List<(long, string, int?, int?)> rows = [];
        while (cursor.MoveNext())
            rows.Add((cursor.Position, Value<ReadOnlyMemory<char>>(cursor, "Name").ToString(), Try("Upscaled"), Try("Other")));
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 7).Select(i => ((long)i, $"photo {i}", (int?)(i == 1 ? -1 : i), (int?)(i == 4 ? -1 : 100 + i))).ToArray(),
            rows);

        int? Try(string column)
        {
            try
            {
                return Level(Value<MLImage>(cursor, column));
            }
            catch (InvalidOperationException)
            {
                return -1;
            }
        }
    }

    [TestMethod]
    public void Rows_before_a_failure_of_the_data_come_first()
    {
        var view = Step().Transform(_context.Data.LoadFromEnumerable(Photos()));
        using var cursor = view.GetRowCursor([view.Schema["Upscaled"]]);
        for (var i = 0; i < 5; i++)
        {
            Assert.IsTrue(cursor.MoveNext());
            Assert.AreEqual(i, Level(Value<MLImage>(cursor, "Upscaled")));
        }
        Assert.AreEqual("no network drive", Assert.ThrowsExactly<IOException>(() => cursor.MoveNext()).Message);

        static IEnumerable<Photo> Photos()
        {
            foreach (var photo in Photo.Rows(5))
                yield return photo;
            throw new IOException("no network drive");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void No_image_that_was_made_for_a_reader_is_left_behind(int rows)
    {
        foreach (var read in new Action<IDataView>[]
        {
            view => Assert.HasCount(rows, view.GetColumn<MLImage>("Upscaled").ToArray()),
            view =>
            {
                using var cursor = view.GetRowCursor(view.Schema);
                while (cursor.MoveNext())
                {
                }
            },
        })
        {
            var data = new FreshImages(rows);
            read(Step().Transform(data));
            foreach (var image in data.Images)
                Assert.ThrowsExactly<InvalidOperationException>(() => image.Width);
        }
        var photos = new FreshImages(rows);
        Assert.HasCount(rows, new PhotoSource(photos, "Image", null).Read([.. Enumerable.Range(0, rows)]).ToArray());
        foreach (var image in photos.Images)
            Assert.ThrowsExactly<InvalidOperationException>(() => image.Width);
    }

    [TestMethod]
    public void Training_photos_leave_out_empty_rows_and_stay_the_users()
    {
        var photos = Photo.Rows(3);
        photos[1].Image = null;
        var read = new PhotoSource(_context.Data.LoadFromEnumerable(photos), "Image", null).Read([0, 1, 2]).ToArray();
        Assert.IsTrue(read[0].Name.StartsWith("row 0", StringComparison.Ordinal) && read[2].Name.StartsWith("row 2", StringComparison.Ordinal));
        CollectionAssert.AreEqual(new[] { null, "the row has no image.", null }, read.Select(r => r.Problem).ToArray());
        Assert.AreEqual(2, Level(photos[2].Image));
    }

    [TestMethod]
    public void A_prediction_engine_that_disposed_the_model_is_named_with_the_cure()
    {
        var step = Step();
        _context.Model.CreatePredictionEngine<Photo, Prediction>(step).Dispose();
        var message = Assert.ThrowsExactly<ObjectDisposedException>(() => step.Upscale(Photo.Solid(1, 1, 1))).Message;
        StringAssert.Contains(message, "with a PredictionEngine");
        StringAssert.Contains(message, "new PredictionEngineOptions { OwnsTransformer = false }");
    }

    [TestMethod]
    public void After_Dispose_every_use_throws()
    {
        var (step, data) = (Step(), Data(1));
        var view = step.Transform(data);
        step.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => step.Upscale(Photo.Solid(1, 1, 1)));
        Assert.ThrowsExactly<ObjectDisposedException>(() => step.Transform(data));
        Assert.ThrowsExactly<ObjectDisposedException>(() => step.GetOutputSchema(data.Schema));
        Assert.ThrowsExactly<ObjectDisposedException>(() => ((ITransformer)step).GetRowToRowMapper(data.Schema));
        Assert.ThrowsExactly<ObjectDisposedException>(() => step.Save(Stream.Null));
        Assert.ThrowsExactly<ObjectDisposedException>(() => view.GetRowCursor(view.Schema));
    }

    DreamSuperResolutionTransformer Step(string output = "Upscaled", string input = "Image") =>
        new(_context, output, input, _upscaler);

    IDataView Data(int rows) => _context.Data.LoadFromEnumerable(Photo.Rows(rows));

    static List<Seen> Read(IDataView view)
    {
        List<Seen> rows = [];
        using var cursor = view.GetRowCursor(view.Schema);
        while (cursor.MoveNext())
        {
            var upscaled = Value<MLImage>(cursor, "Upscaled");
            var vector = Value<VBuffer<float>>(cursor, "Vector").DenseValues().ToArray();
            rows.Add(new(
                cursor.Position,
                Value<ReadOnlyMemory<char>>(cursor, "Name").ToString(),
                Value<float>(cursor, "Number"),
                vector[0],
                vector[1],
                Level(Value<MLImage>(cursor, "Image")),
                Level(Value<MLImage>(cursor, "Other")),
                Level(upscaled),
                upscaled?.Width,
                upscaled?.Tag));
        }
        return rows;
    }

    static int[] Widths(IDataView view, string column)
    {
        List<int> widths = [];
        using var cursor = view.GetRowCursor([view.Schema[column]]);
        while (cursor.MoveNext())
            widths.Add(Value<MLImage>(cursor, column).Width);
        return [.. widths];
    }

    static T Value<T>(DataViewRow row, string column)
    {
        T value = default!;
        row.GetGetter<T>(row.Schema[column])(ref value);
        return value;
    }

    static int? Level(MLImage? image) => image is null ? null : MLImagePixels.Read(image).Rgb[^1];

    sealed record Seen(
        long Position, string Name, float Number, float First, float Second,
        int? Image, int? Other, int? Upscaled, int? Width, string? Tag);

    sealed class Prediction
    {
        public MLImage? Upscaled { get; set; }

        public string Name { get; set; } = "";
    }
}
