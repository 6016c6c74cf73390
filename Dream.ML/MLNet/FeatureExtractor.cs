using System.Numerics.Tensors;
using Dream.ML.Imaging;
using Dream.ML.MLNet.DataView;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.MLNet;

/// <summary>Runs a <see cref="FeatureNetwork"/> on single images.</summary>
sealed class FeatureExtractor : IDisposable
{
    readonly PredictionEngine<Input, Output> _engine;

    internal FeatureExtractor(FeatureNetwork network)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(network.InputColumnName, new ImageDataViewType());
        if (network.Transformer.GetOutputSchema(schema.ToSchema()).GetColumnOrNull(network.OutputColumnName)?.Type
            is not VectorDataViewType { ItemType: var item } || item != NumberDataViewType.Single)
            throw new ArgumentException(
                $"The feature network has no output column '{network.OutputColumnName}' that is a vector of float.",
                nameof(network));

        ImageTypes.Register();
        var input = SchemaDefinition.Create(typeof(Input));
        input[nameof(Input.Image)].ColumnName = network.InputColumnName;
        var output = SchemaDefinition.Create(typeof(Output));
        output[nameof(Output.Features)].ColumnName = network.OutputColumnName;
        _engine = new MLContext().Model.CreatePredictionEngine<Input, Output>(network.Transformer, new PredictionEngineOptions
        {
            InputSchemaDefinition = input,
            OutputSchemaDefinition = output,
            OwnsTransformer = false,
        });
    }

    /// <summary>1 − cosine similarity of the features.</summary>
    internal double Distance(RgbImage image, RgbImage reference) =>
        Math.Max(0, 1.0 - TensorPrimitives.CosineSimilarity(Features(image), Features(reference)));

    public void Dispose() => _engine.Dispose();

    float[] Features(RgbImage image)
    {
        using var copy = MLImagePixels.Write(image.Colors); // as all measures, without opacity
        var features = _engine.Predict(new() { Image = copy }).Features;
        return TensorPrimitives.Norm<float>(features) is > 0 and < float.PositiveInfinity
            ? features
            : throw new InvalidOperationException("The feature network gives features that are all 0 or not finite.");
    }

    sealed class Input
    {
        public MLImage? Image { get; set; }
    }

    sealed class Output
    {
        public float[] Features { get; set; } = [];
    }
}
