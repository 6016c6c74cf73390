using System.Text.Json.Serialization;

namespace Dream.ML;

/// <summary>How the pixels of a smaller image are mixed from those of a larger one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReductionKernel>))]
public enum ReductionKernel
{
    /// <summary>Antialiased bicubic interpolation, equal to Pillow's.</summary>
    Bicubic,

    /// <summary>The mean over the area that the new pixel covers.</summary>
    Area,

    /// <summary>Antialiased bilinear interpolation, softer than bicubic.</summary>
    Bilinear,

    /// <summary>Antialiased Lanczos interpolation with three lobes, sharper than bicubic, with slight ringing.</summary>
    Lanczos,

    /// <summary>One of the others, with equal chance, each time.</summary>
    Random,
}
