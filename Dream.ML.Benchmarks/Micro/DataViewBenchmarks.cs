using BenchmarkDotNet.Attributes;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.Benchmarks.Micro;

/// <summary>What ML.NET's data view adds to plain calls, for one image of 128×128 → 256×256 pixels and no network.</summary>
public class DataViewBenchmarks
{
    const int Side = 128;
    const int Images = 64;

    readonly Row[] _rows;
    readonly IDataView _view;
    readonly DreamSuperResolutionTransformer _transformer;

    public DataViewBenchmarks()
    {
        var context = new MLContext(seed: 1);
        _transformer = new(context, "Upscaled", "Image", new StubUpscaler(Side, Side));
        var image = MLImagePixels.Write(RandomImage.Create(Side, Side));
        _rows = [.. Enumerable.Repeat(new Row { Image = image }, Images)];
        _view = _transformer.Transform(context.Data.LoadFromEnumerable(_rows));
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Images)]
    public void Calls()
    {
        foreach (var row in _rows)
            _transformer.Upscale(row.Image).Dispose();
    }

    [Benchmark(OperationsPerInvoke = Images)]
    public void Cursor()
    {
        var column = _view.Schema["Upscaled"];
        using var cursor = _view.GetRowCursor([column]);
        var read = cursor.GetGetter<MLImage>(column);
        MLImage image = null!;
        while (cursor.MoveNext())
            read(ref image);
    }

    [GlobalCleanup]
    public void Dispose() => _transformer.Dispose();

    sealed class Row
    {
        [ImageType(Side, Side)]
        public required MLImage Image { get; init; }
    }
}
