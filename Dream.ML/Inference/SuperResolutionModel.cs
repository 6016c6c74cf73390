using Dream.ML.Imaging;

namespace Dream.ML.Inference;

/// <summary>A trained network together with everything that upscaling needs to know. Safe to share between threads.</summary>
sealed class SuperResolutionModel : IImageUpscaler
{
    public int Scale => throw new NotImplementedException();

    /// <summary>Upscales images of one or of different sizes; equal neighbours share a network run.</summary>
    public RgbImage[] Upscale(IReadOnlyList<RgbImage> images, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Writes the model as one safetensors file whose metadata holds the settings and <paramref name="metadata"/>. Leaves the stream open.</summary>
    public void Save(Stream stream, IReadOnlyDictionary<string, string> metadata) => throw new NotImplementedException();

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else, or ends too early.</exception>
    internal static (SuperResolutionModel Model, IReadOnlyDictionary<string, string> Metadata) Load(Stream stream, string? device = null) => throw new NotImplementedException();

    public void Dispose() { }
}
