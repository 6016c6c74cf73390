namespace Dream.ML.Training.Data;

/// <summary>An endless row of training patches, in an order that depends on the data and the seed alone.</summary>
interface IPatchDataset : IDisposable
{
    /// <summary>Photos in use, as far as is known.</summary>
    int Photos { get; }

    /// <summary>Where the next patch comes from.</summary>
    DataPosition Position { get; }

    /// <summary>How long <see cref="Next"/> has waited for photos to be decoded.</summary>
    TimeSpan Waited { get; }

    /// <summary>The next patches; low-resolution ones are smaller by the scale.</summary>
    TrainingPair[] Next(int count);
}
