using Dream.ML.MLNet.DataView;
using Microsoft.ML;

namespace Dream.ML.MLNet;

/// <summary>An estimator with nothing to learn.</summary>
sealed class StepEstimator<T>(T step) : IEstimator<T> where T : class, IImageStep
{
    public T Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        step.GetOutputSchema(input.Schema);
        return step;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return step.Schema.Extend(inputSchema);
    }
}
