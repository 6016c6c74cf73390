namespace Dream.ML;

/// <summary>A ready-made model that suits a picture, and why.</summary>
/// <param name="Model">The model to use.</param>
/// <param name="Reason">
/// One line with what was measured, such as <c>JPEG blocks (on one 8×8 grid 48% of the frequencies are missing)</c>.
/// </param>
public sealed record ModelSuggestion(PretrainedModel Model, string Reason);
