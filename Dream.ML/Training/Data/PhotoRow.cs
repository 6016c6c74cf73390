namespace Dream.ML.Training.Data;

/// <summary>What a row of the data holds for training.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Name">How messages call it.</param>
/// <param name="High">The high-resolution image, or <c>null</c> where there is a problem.</param>
/// <param name="Low">The low-resolution image of a real pair, or <c>null</c> where it is to be made.</param>
/// <param name="Problem">Why the row cannot be used, or <c>null</c>.</param>
sealed record PhotoRow(int Row, string Name, RgbImage? High, RgbImage? Low = null, string? Problem = null);
