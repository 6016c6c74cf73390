namespace Dream.ML;

/// <summary>A format to write image files in.</summary>
public enum ImageFileFormat
{
    /// <summary>PNG: lossless, with transparency.</summary>
    Png,

    /// <summary>JPEG: lossy, without transparency, up to 65,500 pixels a side.</summary>
    Jpeg,

    /// <summary>WebP: lossy, with transparency, up to 16,383 pixels a side.</summary>
    WebP,
}
