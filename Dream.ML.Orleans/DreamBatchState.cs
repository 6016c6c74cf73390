namespace Dream.ML.Orleans;

/// <summary>How a job stands.</summary>
public enum DreamBatchState
{
    /// <summary>Workers work on it, or will once there are any.</summary>
    Running,

    /// <summary>Workers leave it alone until it is resumed.</summary>
    Paused,

    /// <summary>It was ended early; what is finished stays.</summary>
    Canceled,

    /// <summary>Every picture is upscaled, or has failed three times.</summary>
    Completed,
}
