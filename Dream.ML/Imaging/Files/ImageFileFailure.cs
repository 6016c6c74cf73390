namespace Dream.ML;

/// <summary>Why an image file cannot be read or written.</summary>
public enum ImageFileFailure
{
    /// <summary>The file is an image, but damaged or cut off.</summary>
    Damaged,

    /// <summary>There is nothing in the file.</summary>
    Empty,

    /// <summary>The file is no image, or one of a format that is not read.</summary>
    Unsupported,

    /// <summary>The file or its result is larger than the limits or the format allow.</summary>
    TooLarge,

    /// <summary>The result would replace an input.</summary>
    Occupied,
}
