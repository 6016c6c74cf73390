using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>A transformer that adds a column of images, made from other columns row by row.</summary>
interface IImageStep : ITransformer
{
    StepSchema Schema { get; }

    /// <summary>Whether several cursors side by side would only compete.</summary>
    bool UsesAllCores => false;

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Makes the image of a row, each time the current one's; <c>null</c> where the row has nothing to make it from.</summary>
    Func<ImageCell?> Maker(DataViewRow row);

    void ThrowIfDisposed() { }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new ImageStepRowMapper(inputSchema, this);
}
