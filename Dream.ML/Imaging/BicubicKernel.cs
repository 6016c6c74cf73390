namespace Dream.ML.Imaging;

/// <summary>The cubic convolution kernel with a = −1/2 (Keys, 1981), zero outside (−2, 2).</summary>
static class BicubicKernel
{
    internal const int Radius = 2;

    internal static double At(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x switch
        {
            < 1 => ((A + 2) * x - (A + 3)) * x * x + 1,
            < Radius => (((x - 5) * x + 8) * x - 4) * A,
            _ => 0,
        };
    }
}
