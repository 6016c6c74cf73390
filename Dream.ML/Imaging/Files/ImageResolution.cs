namespace Dream.ML.Imaging.Files;

/// <summary>How large an image is printed, in pixels per inch.</summary>
readonly record struct ImageResolution(double X, double Y)
{
    internal const double MetersPerInch = 0.0254;

    /// <summary><c>null</c> where a file says nothing, or nothing sensible.</summary>
    internal static ImageResolution? PerMeter(uint x, uint y) =>
        x is > 0 and <= int.MaxValue && y is > 0 and <= int.MaxValue ? new(x * MetersPerInch, y * MetersPerInch) : null;
}
