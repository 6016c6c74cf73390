using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Dream.ML;

/// <summary>Reads the image files that a text column names: upright, in sRGB, and whole or not at all.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ###  Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Text |
/// | Output column data type | Image |
/// | Required NuGet in addition to Microsoft.ML | Dream.ML |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
/// <seealso cref="DreamCatalog.LoadPhotos(TransformsCatalog, string, string?, string?, ImageLimits?)"/>
public sealed class LoadPhotosEstimator : IEstimator<LoadPhotosTransformer>
{
    readonly LoadPhotosTransformer _transformer;

    internal LoadPhotosEstimator(
        IHostEnvironment environment, string outputColumn, string? folder, string inputColumn, ImageLimits limits) =>
        _transformer = new(environment, outputColumn, folder, inputColumn, limits);

    /// <summary>Checks the input column; there is nothing to learn.</summary>
    /// <param name="input">Data with the input column; not read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds no text.</exception>
    public LoadPhotosTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <summary>The columns after this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _transformer.Extend(inputSchema);
    }
}
