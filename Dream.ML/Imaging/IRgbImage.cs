using Dream.ML.Core;

namespace Dream.ML.Imaging;

/// <summary>What a network sees of an image, however finely its colors are stored.</summary>
interface IRgbImage
{
    int Width { get; }

    int Height { get; }

    /// <summary>Which pixels are to be filled, row by row; <c>null</c> where the image has no mask.</summary>
    bool[]? Holes { get; }

    /// <summary>
    /// A key for <see cref="CounterRandom"/> that follows from the seed and the colors, wherever the image was met.
    /// </summary>
    ulong Key(int seed);

    /// <inheritdoc cref="PixelPlanes.Read{T}"/>
    void Read(int left, int top, int width, int height, Span<float> planes);
}
