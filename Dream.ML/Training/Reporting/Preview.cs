namespace Dream.ML.Training.Reporting;

/// <summary>A preview strip on disk.</summary>
/// <param name="Step">Updates done when it was sampled.</param>
/// <param name="Name">Which photo.</param>
/// <param name="File">Name of the picture in the folder of previews.</param>
sealed record Preview(int Step, string Name, string File);
