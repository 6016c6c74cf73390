using System.Numerics.Tensors;
using Dream.ML.Imaging;
using Dream.ML.MLNet.DataView;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet;

/// <summary>Runs a <see cref="FeatureNetwork"/> on single images.</summary>
sealed class FeatureExtractor
{
    readonly MLContext _context = new();
    readonly SchemaDefinition _input = SchemaDefinition.Create(typeof(Input));
    readonly FeatureNetwork _network;

    internal FeatureExtractor(FeatureNetwork network)
    {
        ImageTypes.Register();
        _network = network;
        _input[nameof(Input.Image)].ColumnName = network.InputColumnName;
        if (network.Transformer.GetOutputSchema(Row(null).Schema).GetColumnOrNull(network.OutputColumnName)?.Type
            is not VectorDataViewType { ItemType: var item } || item != NumberDataViewType.Single)
            throw new ArgumentException(
                $"The feature network has no output column '{network.OutputColumnName}' that is a vector of float.",
                nameof(network));
    }

    /// <summary>1 − cosine similarity of the features.</summary>
    internal double Distance(RgbImage image, RgbImage reference) =>
        Math.Max(0, 1.0 - TensorPrimitives.CosineSimilarity(Features(image), Features(reference)));

    float[] Features(RgbImage image)
    {
        using var copy = MLImagePixels.Write(image.Colors); // as all measures, without opacity
        var features = _network.Transformer.Transform(Row(copy)).GetColumn<float[]>(_network.OutputColumnName).Single();
        return TensorPrimitives.Norm<float>(features) is > 0 and < float.PositiveInfinity
            ? features
            : throw new InvalidOperationException("The feature network gives features that are all 0 or not finite.");
    }

    IDataView Row(MLImage? image) => _context.Data.LoadFromEnumerable([new Input { Image = image }], _input);

    sealed class Input
    {
        public MLImage? Image { get; set; }
    }
}
