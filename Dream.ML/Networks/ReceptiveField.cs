namespace Dream.ML.Networks;

/// <summary>
/// What a local network looks at and keeps, per pixel of the low-resolution image. Such a network can work through an image
/// in tiles without a difference to the whole.
/// </summary>
/// <param name="ConditionRadius">Pixels around a pixel that decide its condition.</param>
/// <param name="StepRadius">Pixels around a pixel, of signal and condition, that decide its estimate in one sampling step.</param>
/// <param name="WorkingChannels">Channels of everything that is in memory at the height of a network run, roughly.</param>
sealed record ReceptiveField(int ConditionRadius, int StepRadius, int WorkingChannels);
