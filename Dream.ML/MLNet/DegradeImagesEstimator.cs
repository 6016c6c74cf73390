using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Dream.ML;

/// <summary>Makes low-resolution counterparts of images, to test super-resolution on or to learn it from.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Image |
/// | Output column data type | Image, `scale` times as narrow and low, rounded down |
/// | Required NuGet in addition to Microsoft.ML | Dream.ML |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
/// <seealso cref="DreamCatalog.DegradeImages(TransformsCatalog, string, string?, int, DegradationSettings?, int?)"/>
public sealed class DegradeImagesEstimator : IEstimator<DegradeImagesTransformer>
{
    readonly DegradeImagesTransformer _transformer;

    internal DegradeImagesEstimator(
        IHostEnvironment environment,
        string outputColumn,
        string inputColumn,
        int scale,
        DegradationSettings settings,
        int? seed)
    {
        var host = environment.Register(nameof(DegradeImagesEstimator));
        _transformer = new(host, outputColumn, inputColumn, scale, settings, seed ?? host.Rand.Next());
    }

    /// <summary>Checks the input column; there is nothing to learn.</summary>
    /// <param name="input">Data with the input column; not read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or has no or too small images.</exception>
    public DegradeImagesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <summary>The columns after this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or has no or too small images.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _transformer.Schema.Extend(inputSchema);
    }
}
