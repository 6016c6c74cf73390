using System.Numerics;
using Dream.ML.Imaging;
using Dream.ML.Networks.Implicit;

namespace Dream.ML.Inference;

/// <summary>
/// How a network enlarges an image: by a whole number, once interpolation has stretched it less than twice where the factor is
/// not whole.
/// </summary>
sealed record Magnification
{
    readonly int _width;
    readonly int _height;

    /// <param name="network">The network.</param>
    /// <param name="scale">The model's scale.</param>
    /// <param name="sampling">The size asked for.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    internal Magnification(NetworkSettings network, int scale, SamplingSettings sampling, int width, int height)
    {
        Factor = network.IsContinuous ? Math.Clamp(sampling.Factor(width, height, scale), 1, ImplicitSettings.MaxScale) : scale;
        Scale = network.IsContinuous ? ScaleCoordinates.Whole(Factor) : scale;
        (_width, _height) = (Enlarged(width), Enlarged(height));
        (InputWidth, InputHeight) = ((_width + Scale - 1) / Scale, (_height + Scale - 1) / Scale);

        int Enlarged(int side) => checked((int)Math.Round(side * Factor));
    }

    /// <summary>Output size over input size.</summary>
    internal double Factor { get; }

    /// <summary>What the network does of it.</summary>
    internal int Scale { get; }

    internal bool Stretches => Factor != Scale;

    /// <summary>Width of what the network reads.</summary>
    internal int InputWidth { get; }

    /// <summary>Height of what the network reads.</summary>
    internal int InputHeight { get; }

    /// <summary>What the network reads.</summary>
    internal RgbImage<T> Stretch<T>(RgbImage<T> image) where T : unmanaged, IBinaryInteger<T> =>
        Stretches ? BicubicResampler.Stretch(image, Factor / Scale, InputWidth, InputHeight) : image;

    /// <summary>What the network returns, without what lies beyond the image in its last pixels.</summary>
    internal RgbImage<T> Cut<T>(RgbImage<T> enlarged) where T : unmanaged, IBinaryInteger<T> =>
        (_width, _height) == (enlarged.Width, enlarged.Height) ? enlarged : enlarged.Crop(0, 0, _width, _height);
}
