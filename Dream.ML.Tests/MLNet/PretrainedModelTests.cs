using Dream.ML.Imaging;
using Dream.ML.Tests.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.Tests.MLNet;

[TestClass]
public sealed class PretrainedModelTests
{
    static DreamSuperResolutionTransformer _trained = null!;
    static byte[] _bytes = [];

    readonly MLContext _ml = new(seed: 1);

    static PretrainedModel Shipped => new("shipped", "A model of a package.", () => new MemoryStream(_bytes));

    [ClassInitialize]
    public static void Fit(TestContext context)
    {
        _trained = Fitting.Options(steps: 1).Fit(Fitting.Held);
        _bytes = Fitting.Bytes(_trained);
    }

    [ClassCleanup]
    public static void Free() => _trained.Dispose();

    [TestMethod]
    public void A_stream_a_file_of_either_kind_and_a_transformer_upscale_alike_in_columns_of_any_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["dream.safetensors"], _bytes);
        _ml.Model.Save(_trained, null, folder["dream.zip"]);
        var data = Renamed();
        foreach (var step in new[]
        {
            _ml.Transforms.DreamSuperResolve("Large", "Small", Shipped), _ml.Transforms.DreamSuperResolve("Large", "Small", _trained),
            _ml.Transforms.DreamSuperResolve("Large", "Small", folder["dream.safetensors"]),
            _ml.Transforms.DreamSuperResolve("Large", "Small", folder["dream.zip"]),
        })
        {
            using var model = step.Fit(data);
            Assert.AreEqual(("Small", "Large", 2), (model.InputColumnName, model.OutputColumnName, model.Scale));
            CollectionAssert.AreEqual(First(_trained.Transform(Fitting.Held), "Upscaled"), First(model.Transform(data), "Large"));
        }
    }

    [TestMethod]
    public void It_composes_saves_and_loads()
    {
        var data = Renamed();
        var pipeline = _ml.Transforms.DegradeImages("Smaller", "Small", 2).Append(_ml.Transforms.DreamSuperResolve("Large", "Smaller", Shipped));
        using var model = pipeline.Fit(data);
        var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        using var loaded = (TransformerChain<ITransformer>)new MLContext().Model.Load(stream, out _);
        CollectionAssert.AreEqual(First(model.Transform(data), "Large"), First(loaded.Transform(data), "Large"));
    }

    [TestMethod]
    public void Every_fit_gives_a_model_of_its_own()
    {
        var step = _ml.Transforms.DreamSuperResolve("Large", "Small", Shipped);
        step.Fit(Renamed()).Dispose();
        using var second = step.Fit(Renamed());
        Assert.IsNotEmpty(First(second.Transform(Renamed()), "Large"));
        _ml.Transforms.DreamSuperResolve("Large", "Small", _trained).Fit(Renamed()).Dispose();
        _trained.Upscale(MLImagePixels.Write(Fitting.Smooth(1, 8, 8))).Dispose();
    }

    [TestMethod]
    public void Settings_left_open_are_the_models_own()
    {
        var sampling = _trained.Sampling with { Steps = 3, Detail = 0.25 };
        using var changed = _trained.WithSampling(sampling);
        using var own = _ml.Transforms.DreamSuperResolve("Large", "Small", changed).Fit(Renamed());
        using var given = _ml.Transforms.DreamSuperResolve("Large", "Small", changed, new() { Detail = 1 }).Fit(Renamed());
        Assert.AreEqual(sampling, own.Sampling);
        Assert.AreEqual(sampling with { Detail = 1 }, given.Sampling);
    }

    [TestMethod]
    public void What_cannot_be_used_is_refused_before_anything_is_fitted()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.zip"], "some text");
        var broken = new PretrainedModel("broken", "", () => new MemoryStream(_bytes[..^1]));
        Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Transforms.DreamSuperResolve("Large", "Small", folder["none.zip"]));
        Contains("text.zip' cannot be used", Assert.ThrowsExactly<InvalidDataException>(() => _ml.Transforms.DreamSuperResolve("Large", "Small", folder["text.zip"])));
        Contains("The model 'broken' cannot be used: ", Assert.ThrowsExactly<InvalidDataException>(() => _ml.Transforms.DreamSuperResolve("Large", "Small", broken)));
        Contains("'Small'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.DreamSuperResolve("Large", "Small", Shipped).Fit(Fitting.Held)));

        static void Contains(string expected, Exception e) => StringAssert.Contains(e.Message, expected);
    }

    [TestMethod]
    public void It_tells_what_it_is_and_loads_without_a_pipeline()
    {
        Assert.AreEqual(("shipped", "A model of a package.", 2), ($"{Shipped}", Shipped.Description, Shipped.Scale));
        using var loaded = Shipped.Load();
        using var large = loaded.Upscale(MLImagePixels.Write(Fitting.Smooth(1, 8, 6)));
        Assert.AreEqual((16, 12), (large.Width, large.Height));
    }

    IDataView Renamed() => _ml.Transforms.CopyColumns("Small", "Image").Append(_ml.Transforms.DropColumns("Image")).Fit(Fitting.Held).Transform(Fitting.Held);

    static byte[] First(IDataView data, string column)
    {
        using var image = data.GetColumn<MLImage>(column).First();
        return image.Pixels.ToArray();
    }
}
