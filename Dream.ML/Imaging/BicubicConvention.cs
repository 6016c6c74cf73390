namespace Dream.ML.Imaging;

/// <summary>Whose bicubic resampling is reproduced. The two differ at the borders and in the order of the axes.</summary>
enum BicubicConvention
{
    /// <summary>Pillow's <c>Image.resize</c>: kernels are cut at the border and renormalized; horizontal pass first.</summary>
    Pillow,

    /// <summary>MATLAB's <c>imresize</c>: the image is reflected at the border; the axis that shrinks most goes first.</summary>
    Matlab,
}
