namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>
/// What one call wants otherwise than the model's own settings. Minimal APIs bind it to the query with
/// <c>[AsParameters]</c>: <c>?width=800&amp;format=Jpeg</c>.
/// </summary>
public sealed record UpscaleSettings
{
    const int DefaultQuality = 90;

    /// <summary>Width of the result in pixels, at least 1; alone, it keeps the aspect ratio. <c>null</c>: the model's.</summary>
    public int? Width { get; init; }

    /// <summary>Height of the result in pixels, at least 1; alone, it keeps the aspect ratio. <c>null</c>: the model's.</summary>
    public int? Height { get; init; }

    /// <summary>From fidelity to detail, in [0, 1], see <see cref="SamplingSettings.Detail"/>. <c>null</c>: the model's.</summary>
    public double? Detail { get; init; }

    /// <summary>The format of an encoded result. <c>null</c>: <see cref="ImageFileFormat.Png"/>.</summary>
    public ImageFileFormat? Format { get; init; }

    /// <summary>Quality of a JPEG or WebP result, 1 to 100. <c>null</c>: 90.</summary>
    public int? Quality { get; init; }

    internal ImageFileFormat ChosenFormat => Format ?? ImageFileFormat.Png;

    internal int ChosenQuality => Quality ?? DefaultQuality;

    internal SamplingSettings ApplyTo(SamplingSettings model)
    {
        var sampling = model with { Detail = Detail ?? model.Detail };
        return (Width ?? Height) is null
            ? sampling
            : sampling with { OutputScale = null, TargetWidth = Width, TargetHeight = Height };
    }

    /// <exception cref="UpscaleException">The format or quality is none.</exception>
    internal void ThrowIfNotWritable()
    {
        if (!Enum.IsDefined(ChosenFormat))
            throw new UpscaleException(UpscaleFailure.InvalidSettings,
                $"{nameof(Format)} must be one of {string.Join(", ", Enum.GetNames<ImageFileFormat>())}; it is {Format}.");
        if (ChosenQuality is < 1 or > 100)
            throw new UpscaleException(UpscaleFailure.InvalidSettings, $"{nameof(Quality)} must be from 1 to 100; it is {Quality}.");
    }
}
