using Dream.ML.Inference;
using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Dream.ML.MLNet;

/// <summary>A step of a model that is trained already: fitting reads the model, and nothing of the data but the schema.</summary>
sealed class PretrainedEstimator : IEstimator<DreamSuperResolutionTransformer>
{
    readonly IHostEnvironment _environment;
    readonly string _outputColumn, _inputColumn;
    readonly string? _maskColumn;
    readonly PretrainedModel _model;
    readonly SamplingSettings? _sampling;
    readonly ModelDescription _description;

    internal PretrainedEstimator(
        IHostEnvironment environment, string outputColumn, string inputColumn, string? maskColumn, PretrainedModel model, SamplingSettings? sampling)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumn);
        ArgumentException.ThrowIfNullOrEmpty(inputColumn);
        ArgumentNullException.ThrowIfNull(model);
        ImageTypes.Register();
        (_environment, _outputColumn, _inputColumn, _maskColumn, _model, _sampling) = (environment, outputColumn, inputColumn, maskColumn, model, sampling);
        model.Contents.RequireMask(maskColumn is not null);
        sampling?.Validate(model.Contents.Network, model.Scale);
        _description = model.Contents with { Sampling = sampling?.Or(model.Contents.Sampling) ?? model.Contents.Sampling };
    }

    // Each time a model of its own, whoever disposes it.
    public DreamSuperResolutionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var model = _model.Load(MLNetInternals.Context(_environment));
        var step = model.With(_environment, _outputColumn, _inputColumn, _maskColumn, _sampling ?? model.Sampling);
        try
        {
            step.GetOutputSchema(input.Schema);
            return step;
        }
        catch
        {
            step.Dispose();
            throw;
        }
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new SuperResolutionSchema(_outputColumn, _inputColumn, _description.Scale) { Model = _description, MaskColumnName = _maskColumn }.Extend(inputSchema);
    }
}
