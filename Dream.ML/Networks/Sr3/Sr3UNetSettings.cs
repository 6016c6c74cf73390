namespace Dream.ML.Networks.Sr3;

/// <summary>The shape of an <see cref="Sr3UNet"/>; the defaults are the paper's 16 → 128 faces.</summary>
sealed record Sr3UNetSettings
{
    public int InChannels { get; init; } = 6;

    public int OutChannels { get; init; } = 3;

    public int InnerChannels { get; init; } = 64;

    public int NormGroups { get; init; } = 32;

    /// <summary>Channels per level, in multiples of <see cref="InnerChannels"/>; each level halves the resolution.</summary>
    public IReadOnlyList<int> ChannelMultipliers { get; init; } = [1, 2, 4, 8, 8];

    /// <summary>Where attention sits, as resolutions of an image of <see cref="ImageSize"/>. The middle always has it.</summary>
    public IReadOnlyList<int> AttentionResolutions { get; init; } = [16];

    public int ResBlocks { get; init; } = 2;

    public double Dropout { get; init; } = 0.2;

    /// <summary>Places the attention; it does not bind the size of the input.</summary>
    public int ImageSize { get; init; } = 128;
}
